import type { MessageId } from '@parley/contracts/ids';
import { prepared } from '@parley/platform/db';
import { CHANGED_COLUMNS, type ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';

// The status is asked for in a case so that rows are found by id.
const deliver = prepared<ChangedMessage>(
  'chat-deliver',
  `update message m set
     status = case when m.expires_at > now() then 'sent' else 'expired' end,
     sent_at = case when m.expires_at > now() then clock_timestamp() end,
     status_reason = null, stale_after = null, changed_at = clock_timestamp()
   from unnest($1::uuid[]) as r(id)
   where m.id = r.id and m.type = 'chat'
     and case m.status when 'queued' then true when 'scheduled' then m.send_at <= now() end
   returning ${CHANGED_COLUMNS}`,
);

/**
 * Moves chat messages that are due to `sent`, or to `expired` when their time is over, and returns those. What is not
 * due, or over already, stays as it is. The ids must be sorted, as every writer of messages sorts.
 */
export function deliverChats(trx: Trx, ids: readonly MessageId[]): Promise<ChangedMessage[]> {
  return deliver(trx, [ids]);
}
