import type { Provider, Webhook } from '../provider.ts';

/** A webhook that is about to be sent. */
export type Unsigned = Omit<Webhook, 'headers'>;

/**
 * The provider's own side of a signature: the headers that it sends with exactly this webhook. Throws a TypeError for
 * a secret without a byte in it.
 */
export type Sign = (webhook: Unsigned, secret: string) => Record<string, string>;

/** A provider together with the signer of its webhooks, for everything that plays its part. */
export interface SigningProvider extends Provider {
  sign: Sign;
}
