import type { AccountId } from '@parley/contracts/ids';
import type { Scope } from '@parley/contracts/scope';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** An API key as clients see it, the key itself left out. */
export interface ApiKey {
  id: string;
  account_id: AccountId;
  scopes: Scope[];
  /** An instant; null = never. */
  expires_at: string | null;
}

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
