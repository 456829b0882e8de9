import { prepared } from '@parley/platform/db';
import { CHANGED_COLUMNS, type ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';

/** The `status_reason` of a message that was sent and on which no receipt came in time. */
export const RECEIPT_OVERDUE = 'receipt_overdue';

/** What a pass of the watch came to. */
export interface Looked {
  /** How many changes of messages it looked at. */
  at: number;
  /** The messages on which a receipt is overdue since now. */
  overdue: ChangedMessage[];
}

type MarkedRow = { looked_at: number } & (ChangedMessage | Record<keyof ChangedMessage, null>);

// Goes by the changes of messages, each of which it passes once: a message that is sent and has not changed for so long
// has had no receipt. Who finds the place taken has nothing to do: another instance is looking.
const markOverdue = prepared<MarkedRow>(
  'watch-mark-overdue',
  `with place as materialized (
     select changed_at, id from receipt_watch for update skip locked
   ), page as materialized (
     select m.id, m.changed_at, m.status = 'sent' and m.status_reason is null and m.type <> 'chat' as is_overdue
     from place cross join lateral (
       select * from message
       where (changed_at, id) > (place.changed_at, place.id) and changed_at < now() - $1::int * interval '1 ms'
       order by changed_at, id limit $2
     ) m
   ), found as materialized (
     select m.id from page join message m on m.id = page.id and m.status = 'sent'
     where page.is_overdue order by m.id for update of m
   ), marked as (
     update message m set status_reason = '${RECEIPT_OVERDUE}', changed_at = clock_timestamp()
     from found where m.id = found.id and m.status = 'sent'
     returning ${CHANGED_COLUMNS}
   ), moved as (
     update receipt_watch set (changed_at, id) = (select changed_at, id from page order by changed_at desc, id desc limit 1)
     where exists (select from page)
   )
   select (select count(*)::int from page) as looked_at, marked.* from (values (true)) as always left join marked on true`,
);

/**
 * Looks at up to `limit` changes of messages that are `timeoutMs` old and marks the messages that were sent by them and
 * have not changed since. Of several instances one looks, and the next goes on where it was.
 */
export async function lookForOverdue(
  trx: Trx,
  { timeoutMs, limit }: { timeoutMs: number; limit: number },
): Promise<Looked> {
  const rows = await markOverdue(trx, [timeoutMs, limit]);
  const overdue = rows.flatMap(({ looked_at: _, ...message }) => (message.id === null ? [] : [message]));
  return { at: rows[0]?.looked_at ?? 0, overdue };
}
