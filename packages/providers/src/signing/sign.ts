import type { Provider } from '../provider.ts';

/**
 * The provider's own side of a signature: the headers that it sends with exactly this body at `now` (epoch ms).
 * Throws a TypeError for a secret without a byte in it.
 */
export type Sign = (body: Buffer, secret: string, now: number) => Record<string, string>;

/** A provider together with the signer of its webhooks, for everything that plays its part. */
export interface SigningProvider extends Provider {
  sign: Sign;
}
