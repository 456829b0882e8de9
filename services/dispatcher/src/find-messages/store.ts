import type { MessageId } from '@parley/contracts/ids';
import { MAX_FOUND, type FindItem } from '@parley/contracts/requests/find-messages';
import { available, prepared, type Executor } from '@parley/platform/db';

const findByName = prepared<{ id: MessageId }>(
  'find-messages',
  // Other accounts' messages may go by the same names: what they have must not use up what may be found.
  `select distinct m.id from attempt as a join message as m on m.id = a.message_id
   where a.provider_message_id = any($1::text[]) and m.account_id = $2
   order by m.id desc limit ${MAX_FOUND}`,
);

/** The account's messages of which some call was given any of these names, of very many the newest. Throws `Unavailable`. */
export async function findMessages(
  db: Executor,
  { account_id, provider_message_ids }: FindItem,
): Promise<MessageId[]> {
  const rows = await available(findByName(db, [provider_message_ids, account_id]));
  return rows.map(({ id }) => id);
}
