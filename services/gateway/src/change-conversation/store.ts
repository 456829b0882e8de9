import type { Conversation } from '@parley/contracts/conversation';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../database.ts';
import { loadSettings, SETTING_COLUMNS, type ConversationSetting } from '../read-conversation/store.ts';
import type { ConversationChange } from './decide.ts';

type Known = Pick<Conversation, 'id' | 'joined' | 'account_id' | 'last_heard_at'>;

/**
 * Stores what is said of a conversation now; of what is left out, what was said before stays. A close knows of what was
 * heard so far.
 */
export async function saveSetting(
  trx: Transaction<Tables>,
  conversation: Known,
  { title, status }: ConversationChange,
): Promise<ConversationSetting> {
  const { id, account_id, last_heard_at } = conversation;
  const before = (await loadSettings(trx, [conversation])).get(id);
  const { conversation_id, ...said } = before ?? { conversation_id: id };
  const says = {
    // What was said under another id has to come along.
    ...(conversation_id === id ? {} : said),
    ...(title === undefined ? {} : { title }),
    ...(status === undefined ? {} : { status, heard_until: last_heard_at }),
  };
  return trx
    .insertInto('conversation_setting')
    .values({ conversation_id: id, account_id, ...says })
    .onConflict((conflict) =>
      conflict.column('conversation_id').doUpdateSet({ ...says, changed_at: sql`now()` }),
    )
    .returning(SETTING_COLUMNS)
    .executeTakeFirstOrThrow();
}
