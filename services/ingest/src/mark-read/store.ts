import type { MessageId } from '@parley/contracts/ids';
import { prepared } from '@parley/platform/db';
import type { Transaction } from 'kysely';
import type { IngestTables } from '../database.ts';
import { INBOUND_COLUMNS, type InboundMessage } from '../inbound-message.ts';

const selectForUpdate = prepared<InboundMessage>(
  'read-lock',
  `select ${INBOUND_COLUMNS} from inbound_message where id = any($1::uuid[]) order by id for update`,
);

const updateRead = prepared(
  'read-mark',
  `update inbound_message set read_at = $2::timestamptz, changed_at = clock_timestamp() where id = any($1::uuid[])`,
);

/** Locks the messages with these ids, of whatever account, as far as there are any. */
export function lockMessages(
  trx: Transaction<IngestTables>,
  ids: readonly MessageId[],
): Promise<InboundMessage[]> {
  return selectForUpdate(trx, [ids]);
}

/** Stores when locked messages were read, an instant. */
export async function storeRead(
  trx: Transaction<IngestTables>,
  ids: readonly MessageId[],
  at: string,
): Promise<void> {
  if (ids.length > 0) await updateRead(trx, [ids, at]);
}
