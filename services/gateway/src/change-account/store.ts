import type { AccountId } from '@parley/contracts/ids';
import type { KeywordSettings } from '@parley/contracts/keyword-settings';
import { sql, type Transaction } from 'kysely';
import { ACCOUNT_COLUMNS, type Account } from '../create-account/store.ts';
import type { Tables } from '../database.ts';
import type { AccountChange } from './decide.ts';

/** Changes an account; null when there is none of this id. */
export async function updateAccount(
  trx: Transaction<Tables>,
  id: AccountId,
  { name, blocked_words, chat_friends_only, keywords, rate_limit }: AccountChange,
): Promise<Account | null> {
  const row = await trx
    .updateTable('account')
    .set((eb) => ({
      name: name ?? eb.ref('name'),
      blocked_words: blocked_words ?? eb.ref('blocked_words'),
      chat_friends_only: chat_friends_only ?? eb.ref('chat_friends_only'),
      rate_limit: rate_limit === undefined ? eb.ref('rate_limit') : rate_limit,
      keywords:
        keywords === undefined
          ? eb.ref('keywords')
          : sql<KeywordSettings>`keywords || ${JSON.stringify(keywords)}::jsonb`,
    }))
    .where('id', '=', id)
    .returning(ACCOUNT_COLUMNS)
    .executeTakeFirst();
  return row ?? null;
}
