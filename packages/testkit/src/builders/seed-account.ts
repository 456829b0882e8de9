import { accountId, newRowId, userId, type AccountId, type UserId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import type { Insertable, Kysely } from 'kysely';
import { ANY_ACCOUNT } from './a-message.ts';
import type { DirectoryTables } from './directory-tables.ts';

/** A row of which the test gives what it cares about. */
type Seed<Table extends keyof DirectoryTables, Needed extends keyof DirectoryTables[Table]> = Partial<
  Insertable<DirectoryTables[Table]>
> &
  Pick<DirectoryTables[Table], Needed>;

/** What to put into the directory; what is left out gets a sensible value. */
export interface AccountSeed {
  /** Default `acme`. */
  id?: string;
  /** Default 1. */
  version?: number;
  /** Default `STOP`. */
  blocked_words?: string[];
  /** Default: every address of every kind. */
  senders?: Seed<'sender', 'kind' | 'address'>[];
  connections?: Seed<'connection', 'id' | 'provider' | 'types'>[];
  users?: Seed<'user', 'user_name'>[];
  /** `key_hash` is the SHA-256 of the whole key. */
  api_keys?: Seed<'api_key', 'id' | 'key_hash' | 'scopes'>[];
}

/** What was put there. */
export interface SeededAccount {
  id: AccountId;
  /** In the order given. */
  users: UserId[];
}

const ANY_SENDER: Seed<'sender', 'kind' | 'address'>[] = [
  { kind: 'number', address: '*' },
  { kind: 'alphanumeric', address: '*' },
  { kind: 'email', address: '*' },
];

/** Inserts an account with all that belongs to it into the gateway's schema of a test database. */
export async function seedAccount(url: string, seed: AccountSeed = {}): Promise<SeededAccount> {
  const db = createDatabase<DirectoryTables>({ url, schema: 'gateway', maxConnections: 1 });
  try {
    return await insertAccount(db, seed);
  } finally {
    await db.destroy();
  }
}

async function insertAccount(db: Kysely<DirectoryTables>, seed: AccountSeed): Promise<SeededAccount> {
  const id = accountId.parse(seed.id ?? ANY_ACCOUNT);
  const { version = 1, blocked_words = ['STOP'], senders = ANY_SENDER } = seed;
  await db.insertInto('account').values({ id, name: id, version, blocked_words }).execute();
  for (const sender of senders)
    await db
      .insertInto('sender')
      .values({ id: newRowId(), account_id: id, ...sender })
      .execute();
  for (const connection of seed.connections ?? [])
    await db
      .insertInto('connection')
      .values({ account_id: id, priority: 0, secrets: [], rate_per_second: null, ...connection })
      .execute();
  for (const key of seed.api_keys ?? [])
    await db
      .insertInto('api_key')
      .values({ account_id: id, ...key })
      .execute();
  const users = (seed.users ?? []).map((user) => ({ id: newRowId(), account_id: id, ...user }));
  for (const user of users) await db.insertInto('user').values(user).execute();
  return { id, users: users.map((user) => userId.parse(user.id)) };
}
