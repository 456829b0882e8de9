import type { MessageId } from '@parley/contracts/ids';
import { MAX_FOUND, type FindItem } from '@parley/contracts/requests/find-messages';
import { available, prepared, type Executor } from '@parley/platform/db';

const findByName = prepared<{ id: MessageId }>(
  'find-inbound-messages',
  `select id from inbound_message where provider_message_id = any($1::text[]) and account_id = $2
   order by id desc limit ${MAX_FOUND}`,
);

/** The account's messages that came with any of these names, of very many the newest. Throws `Unavailable`. */
export async function findMessages(
  db: Executor,
  { account_id, provider_message_ids }: FindItem,
): Promise<MessageId[]> {
  const rows = await available(findByName(db, [provider_message_ids, account_id]));
  return rows.map(({ id }) => id);
}
