import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { available, prepared, type Executor } from '@parley/platform/db';
import { MESSAGE_COLUMNS } from '../message-columns.ts';

const selectByIds = prepared<Message>(
  'read-messages',
  `select ${MESSAGE_COLUMNS} from message where id = any($1::uuid[])`,
);

/** The messages with these ids, of whatever account, as far as there are any; in no order. Throws `Unavailable`. */
export async function loadMessages(db: Executor, ids: readonly MessageId[]): Promise<Message[]> {
  return available(selectByIds(db, [ids]));
}
