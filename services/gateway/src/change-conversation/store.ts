import type { Conversation } from '@parley/contracts/conversation';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../database.ts';
import { SETTING_COLUMNS, type ConversationSetting } from '../read-conversation/store.ts';
import type { ConversationChange } from './decide.ts';

/** Stores what is said of a conversation now, and nothing of what is left out. A close knows of what was heard so far. */
export function saveSetting(
  trx: Transaction<Tables>,
  { id, account_id, last_heard_at }: Pick<Conversation, 'id' | 'account_id' | 'last_heard_at'>,
  { title, status }: ConversationChange,
): Promise<ConversationSetting> {
  const said = {
    ...(title === undefined ? {} : { title }),
    ...(status === undefined ? {} : { status, heard_until: last_heard_at }),
  };
  return trx
    .insertInto('conversation_setting')
    .values({ conversation_id: id, account_id, ...said })
    .onConflict((conflict) =>
      conflict.column('conversation_id').doUpdateSet({ ...said, changed_at: sql`now()` }),
    )
    .returning(SETTING_COLUMNS)
    .executeTakeFirstOrThrow();
}
