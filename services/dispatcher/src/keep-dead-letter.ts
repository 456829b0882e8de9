import type { RejectedMessage } from '@parley/platform/bus';
import { asUnavailable, prepared, type Executor } from '@parley/platform/db';

const upsert = prepared(
  'keep-dead-letter',
  `insert into dead_letter (id, kind, subject, payload, reason, attempts)
   values (md5($1 || ' ' || $2)::uuid, split_part($1, '.', 1), $1, $2, $3, $4)
   on conflict (id) do update set reason = excluded.reason, attempts = dead_letter.attempts + excluded.attempts,
     last_seen_at = now()`,
);

/**
 * Keeps bus messages that cannot be handled. The same one, rejected again later, is the same row seen once more.
 * The kind is the first word of the subject: `work` or `event`. Throws `Unavailable` when it could not be kept.
 */
export function keepDeadLetter(db: Executor): (message: RejectedMessage) => Promise<void> {
  return async ({ subject, payload, reason, deliveries }) => {
    try {
      await upsert(db, [subject, storable(payload), storable(reason), deliveries]);
    } catch (error) {
      throw asUnavailable(error);
    }
  };
}

/** What could not be read may hold what PostgreSQL cannot keep. */
function storable(words: string): string {
  return words.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
