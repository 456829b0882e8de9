import { accountId } from '@parley/contracts/ids';
import { keywordSettings } from '@parley/contracts/keyword-settings';
import { instant } from '@parley/contracts/text';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { rateLimit } from '../limit-rate/decide.ts';
import type { Tables } from '../database.ts';

/** An account as clients see it. */
export const shownAccount = z
  .object({
    id: accountId,
    name: z.string(),
    blocked_words: z.array(z.string()),
    chat_friends_only: z.boolean(),
    keywords: keywordSettings,
    rate_limit: rateLimit
      .nullable()
      .describe('How often each of its keys may be used, and as many at once; null = as often as it likes.'),
    created_at: instant,
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof shownAccount>;

/** The columns that make an account as clients see it. */
export const ACCOUNT_COLUMNS = shownAccount.keyof().options;

/** Stores an account; null when its id is taken. */
export async function insertAccount(
  trx: Transaction<Tables>,
  account: Pick<Account, 'id' | 'name'>,
): Promise<Account | null> {
  const row = await trx
    .insertInto('account')
    .values(account)
    .onConflict((conflict) => conflict.doNothing())
    .returning(ACCOUNT_COLUMNS)
    .executeTakeFirst();
  return row ?? null;
}
