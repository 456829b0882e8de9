import type { Answer, Finding, IncomingMessage, IncomingReceipt } from '../provider.ts';
import type { SigningProvider } from '../signing/sign.ts';

/** What a provider's folder gives the conformance suite in its `fixtures.ts`, exported as `fixtures`. */
export interface Fixtures {
  provider: SigningProvider;
  /** A webhook that somebody else's implementation signed. `now` in epoch ms. */
  vector: { secret: string; now: number; headers: Record<string, string>; body: string };
  /** Webhooks that say something, and what. */
  accepted: readonly { title: string; body: unknown; parsed: IncomingMessage | IncomingReceipt }[];
  /** Webhooks that say nothing, and the pointers of everything that is wrong with them. */
  refused: readonly { title: string; body: unknown; pointers: readonly string[] }[];
  /** What it may answer when it is asked for a message, and what follows; null = it cannot be asked. */
  lookups: readonly Lookup[] | null;
}

/** One answer to the question whether a message was taken. */
export interface Lookup {
  title: string;
  answer(idempotencyKey: string): Answer;
  finding: Finding;
}
