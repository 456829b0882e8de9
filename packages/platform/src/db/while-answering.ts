import { sql } from 'kysely';
import { delay } from '../runtime/backoff.ts';
import { messageOf, Unavailable } from '../runtime/unavailable.ts';
import { createDatabase } from './open-database.ts';

const SILENCE_MS = 15_000;
const ASK_EVERY_MS = 1_000;

/**
 * For maintenance whose statements may take as long as they need (`patient`): settles as the work does, but rejects with
 * `Unavailable` once the server has not answered the simplest question for `silenceMs` (default 15 s), and with the
 * signal's reason when that is aborted. What the work has under way then is left to itself.
 */
export async function whileAnswering<Result>(
  { url, signal, silenceMs = SILENCE_MS }: { url: string; signal: AbortSignal; silenceMs?: number },
  work: () => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const done = new AbortController();
  const watching = AbortSignal.any([done.signal, signal]);
  try {
    return await Promise.race([work(), untilSilent({ url, silenceMs, watching })]);
  } finally {
    done.abort();
  }
}

/** Rejects when the server has been silent for so long; otherwise once nobody watches any more. */
async function untilSilent(at: { url: string; silenceMs: number; watching: AbortSignal }): Promise<never> {
  const { url, silenceMs, watching } = at;
  const db = createDatabase({ url, schema: 'public', maxConnections: 1 });
  let answered = performance.now();
  try {
    for (;;) {
      await delay(ASK_EVERY_MS, watching);
      watching.throwIfAborted();
      try {
        await sql`select 1`.execute(db);
        answered = performance.now();
      } catch (cause) {
        if (performance.now() - answered > silenceMs)
          throw new Unavailable(`the database does not answer: ${messageOf(cause)}`, { cause });
      }
    }
  } finally {
    void db.destroy();
  }
}
