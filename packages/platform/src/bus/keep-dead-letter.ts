import { storable } from '@parley/contracts/text';
import { available } from '../db/failures.ts';
import { prepared, type Executor } from '../db/prepared.ts';
import type { RejectedMessage } from './consume.ts';

// The id follows from subject and payload, in the form that is kept for ids of one's own making (RFC 9562, version 8).
const upsert = prepared(
  'keep-dead-letter',
  `insert into dead_letter (id, kind, subject, payload, reason, attempts)
   values (overlay(overlay(md5($1 || ' ' || $2) placing '8' from 13) placing '8' from 17)::uuid, $5, $1, $2, $3, $4)
   on conflict (id) do update set reason = excluded.reason, attempts = dead_letter.attempts + excluded.attempts,
     last_seen_at = now()`,
);

/**
 * Makes the function that keeps bus messages that cannot be handled in `dead_letter` of the service's schema. The
 * same one, rejected again later, is the same row seen once more. Its kind is `work` or `fact`. Rejects with
 * `Unavailable` when it could not be kept.
 */
export function keepDeadLetter(db: Executor): (message: RejectedMessage) => Promise<void> {
  return async ({ subject, payload, reason, deliveries }) => {
    const kind = subject.startsWith('event.') ? 'fact' : 'work';
    // What could not be read may hold what PostgreSQL cannot keep.
    await available(upsert(db, [subject, storable(payload), storable(reason), deliveries, kind]));
  };
}
