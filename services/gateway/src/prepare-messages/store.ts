import type { AccountId, UserId } from '@parley/contracts/ids';
import { prepared, type Executor } from '@parley/platform/db';

const selectUsers = prepared<{ key: string; id: UserId }>(
  'users-by-name',
  `select k.key, u.id
   from unnest($1::text[]) as k(key)
   join "user" u on u.account_id = k.key::json ->> 0 and u.user_name = k.key::json ->> 1`,
);

/** What a user of an account is looked up by. */
export function userKey(account_id: AccountId, user_name: string): string {
  return JSON.stringify([account_id, user_name]);
}

/** The users with these keys, by key. */
export async function loadUsers(db: Executor, keys: readonly string[]): Promise<Map<string, UserId>> {
  const rows = await selectUsers(db, [keys]);
  return new Map(rows.map(({ key, id }) => [key, id]));
}
