import type { SigningProvider } from '@parley/providers/signing/sign';

/** One connection that the simulator plays the provider of. */
export interface Connection {
  id: string;
  provider: SigningProvider;
  /** Signs its webhooks. */
  secret: string;
}
