import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { available, prepared, type Executor } from '@parley/platform/db';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import { WAITING_FOR_TURN } from '../waiting-for-turn.ts';

const selectByIds = prepared<Message & { in_lane: boolean }>(
  'read-messages',
  `select ${MESSAGE_COLUMNS}, exists (select from waiting w where w.message_id = message.id) as in_lane
   from message where id = any($1::uuid[])`,
);

/**
 * The messages with these ids, of whatever account, as far as there are any; in no order. One that waits in a lane says
 * so where it has no other reason. Throws `Unavailable`.
 */
export async function loadMessages(db: Executor, ids: readonly MessageId[]): Promise<Message[]> {
  const rows = await available(selectByIds(db, [ids]));
  return rows.map(({ in_lane, ...message }) =>
    in_lane && message.status === 'queued' && message.status_reason === null
      ? { ...message, status_reason: WAITING_FOR_TURN }
      : message,
  );
}
