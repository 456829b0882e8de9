import type { Answer, Finding, Ignored, IncomingMessage, IncomingReceipt } from '../provider.ts';
import type { SigningProvider } from '../signing/sign.ts';

/** When the fixtures' webhooks come in. */
export const AT = '2025-06-15T15:06:40.000Z';

/** What a provider's folder gives the conformance suite in its `fixtures.ts`, exported as `fixtures`. */
export interface Fixtures {
  provider: SigningProvider;
  /** A webhook that somebody else's implementation signed. `at` in epoch ms; a URL only where it is signed. */
  vector: { secret: string; at: number; url?: string; headers: Record<string, string>; body: string };
  /** Webhooks that are taken, and what they say when they come at `AT`. A form's body is an object of texts. */
  accepted: readonly { title: string; body: unknown; parsed: IncomingMessage | IncomingReceipt | Ignored }[];
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
