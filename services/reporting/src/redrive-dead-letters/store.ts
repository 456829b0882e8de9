import { available, prepared, type Executor } from '@parley/platform/db';

/** A bus message as it came. */
export interface KeptMessage {
  id: string;
  subject: string;
  payload: string;
}

const selectMessages = prepared<KeptMessage>(
  'redrive-read',
  'select id, subject, payload from dead_letter where id = any($1::uuid[]) order by last_seen_at, id',
);

const deleteMessages = prepared('redrive-drop', 'delete from dead_letter where id = any($1::uuid[])');

/** The kept messages with these ids, the oldest first. Throws `Unavailable`. */
export function loadKept(db: Executor, ids: readonly string[]): Promise<KeptMessage[]> {
  return available(selectMessages(db, [ids]));
}

/** Drops messages that were handled after all. Throws `Unavailable`. */
export async function dropKept(db: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await available(deleteMessages(db, [ids.toSorted()]));
}
