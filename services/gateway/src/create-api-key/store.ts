import { accountId } from '@parley/contracts/ids';
import { scope } from '@parley/contracts/scope';
import { instant } from '@parley/contracts/text';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database.ts';

/** An API key as clients see it, the key itself left out. */
export const shownApiKey = z.object({
  id: z.string(),
  account_id: accountId,
  scopes: z.array(scope),
  expires_at: instant.nullable().describe('Null = never.'),
});
export type ApiKey = z.infer<typeof shownApiKey>;

/** Stores a key; null when there is no such account. */
export async function insertApiKey(
  trx: Transaction<Tables>,
  { key_hash, ...key }: ApiKey & { key_hash: Buffer },
): Promise<ApiKey | null> {
  const account = await trx
    .selectFrom('account')
    .select('id')
    .where('id', '=', key.account_id)
    .executeTakeFirst();
  if (account === undefined) return null;
  await trx
    .insertInto('api_key')
    .values({ ...key, key_hash })
    .execute();
  return key;
}
