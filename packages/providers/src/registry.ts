import { genericInbox } from './generic-inbox/index.ts';
import { mailGateway } from './mail-gateway/index.ts';
import type { SigningProvider } from './signing/sign.ts';
import { smsGateway } from './sms-gateway/index.ts';
import { twilio } from './twilio/index.ts';

/** Every provider that Parley knows, a line each. */
export const PROVIDERS: readonly SigningProvider[] = [genericInbox, mailGateway, smsGateway, twilio];

const byName = new Map(PROVIDERS.map((provider) => [provider.name, provider]));

/** The provider that a connection's `provider` column names; null when there is none of that name. */
export function providerNamed(name: string): SigningProvider | null {
  return byName.get(name) ?? null;
}
