import { z } from 'zod';

const MAX_DELAY_MS = 600_000;

/** What one call comes to, as told by a script. */
export const scriptedOutcome = z.union(
  [
    z.strictObject({
      /** 2xx accepts, everything else does not. Statuses that have no body cannot carry an id. */
      status: z
        .int()
        .min(200)
        .max(599)
        .refine((status) => ![204, 205, 304].includes(status)),
      /** The Retry-After of the answer: seconds, or the field as it stands. */
      retry_after: z.union([z.int().min(0), z.string().regex(/^[\x20-\x7e]{0,100}$/)]).optional(),
    }),
    /** Accepts, and answers late. */
    z.strictObject({ delay_ms: z.int().min(0).max(MAX_DELAY_MS) }),
    /** Accepts, and breaks the connection without an answer. */
    z.strictObject({ accept_then_drop: z.literal(true) }),
  ],
  'is none of {status, retry_after?}, {delay_ms} and {accept_then_drop: true}',
);
export type ScriptedOutcome = z.infer<typeof scriptedOutcome>;

/** Outcomes for the next calls to a recipient, through any connection when it is null. */
export interface Script {
  connection: string | null;
  to: string;
  outcomes: readonly ScriptedOutcome[];
}

const MAX_WAITING = 100_000;

/** The outcomes that wait for their calls, oldest first for each recipient. */
export class Scripts {
  readonly #waiting = new Map<string, { connection: string | null; outcome: ScriptedOutcome }[]>();
  #count = 0;

  /** Queues a script behind what waits already. False when too many outcomes would wait; nothing is queued then. */
  add({ connection, to, outcomes }: Script): boolean {
    if (this.#count + outcomes.length > MAX_WAITING) return false;
    const queue = this.#waiting.get(to) ?? [];
    this.#waiting.set(to, queue.concat(outcomes.map((outcome) => ({ connection, outcome }))));
    this.#count += outcomes.length;
    return true;
  }

  /** Takes the outcome of the next call to `to` through this connection; null when none is scripted. */
  take(connection: string, to: string): ScriptedOutcome | null {
    if (this.#count === 0) return null;
    const queue = this.#waiting.get(to) ?? [];
    const at = queue.findIndex((entry) => entry.connection === null || entry.connection === connection);
    const [taken] = at === -1 ? [] : queue.splice(at, 1);
    if (taken === undefined) return null;
    this.#count -= 1;
    if (queue.length === 0) this.#waiting.delete(to);
    return taken.outcome;
  }
}
