import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { TimelineDetails, TimelineEvent } from '@parley/contracts/timeline';
import { prepared } from '@parley/platform/db';
import type { Trx } from '../database.ts';

/** Something that happened to a message and that no other row tells of: for its timeline. */
export interface Note {
  /** Where the same thing may be told again: a note with an id that is there already is not added. */
  id?: string;
  message_id: MessageId;
  event: TimelineEvent;
  /** The connection it was about. */
  provider: ConnectionId | null;
  /** What happened and why, in a sentence for people. */
  summary: string;
  /** The same as data, by name; units in the names. */
  details: TimelineDetails;
  /** When it happened, an instant; left out: now. */
  at?: string;
}

// Ids rise within a connection, so that notes of one moment stay in the order in which they were added.
const insertNotes = prepared(
  'notes-add',
  `insert into note (id, message_id, at, event, provider, summary, details)
   select coalesce(r.id, uuidv7()), r.message_id, coalesce(r.at, clock_timestamp()), r.event, r.provider, r.summary, r.details
   from jsonb_to_recordset($1) as r(id uuid, message_id uuid, at timestamptz, event text, provider text, summary text,
     details jsonb)
   on conflict (id) do nothing`,
);

/**
 * Adds notes in one statement, none for none. They are committed with what they tell of: hence the transaction. For
 * rare things only: nothing on the way of a message that is sent without trouble makes a note.
 */
export async function addNotes(trx: Trx, notes: readonly Note[]): Promise<void> {
  if (notes.length > 0) await insertNotes(trx, [JSON.stringify(notes)]);
}
