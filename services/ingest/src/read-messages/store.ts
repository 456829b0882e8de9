import type { MessageId } from '@parley/contracts/ids';
import { available, prepared, type Executor } from '@parley/platform/db';
import { INBOUND_COLUMNS, type InboundMessage } from '../inbound-message.ts';

const selectByIds = prepared<InboundMessage>(
  'read-inbound-messages',
  `select ${INBOUND_COLUMNS} from inbound_message where id = any($1::uuid[])`,
);

/** The messages with these ids, of whatever account, as far as there are any; in no order. Throws `Unavailable`. */
export async function loadMessages(db: Executor, ids: readonly MessageId[]): Promise<InboundMessage[]> {
  return available(selectByIds(db, [ids]));
}
