import type { AccountId, ConnectionId, UserId } from '@parley/contracts/ids';
import { prepared, type Executor } from '../db/prepared.ts';
import type {
  AccountDirectory,
  AddressLookup,
  AddressOwner,
  KnownConnection,
  NameLookup,
  UserPair,
} from './directory.ts';

/** Which secrets of connections a service may read: what it sends with, or what webhooks are signed with. */
export type SecretColumn = 'token' | 'secrets';

/** The statements that touch secrets, for a service that may read these. */
export type ConnectionStatements = ReturnType<typeof connectionStatements>;

/** Makes them: columns that the service may not read are not asked for, and are as if there were nothing in them. */
export function connectionStatements(readable: SecretColumn | null) {
  const token = readable === 'token' ? 'c.token' : 'null';
  const secrets = readable === 'secrets' ? 'c.secrets' : `'{}'::text[]`;
  const fields = `'id', c.id, 'account_id', c.account_id, 'provider', c.provider, 'types', c.types,
  'priority', c.priority, 'url', c.url, 'token', ${token}, 'secrets', ${secrets},
  'rate_per_second', c.rate_per_second, 'honours_idempotency_keys', c.honours_idempotency_keys`;
  return {
    selectAccount: prepared<AccountDirectory>(
      `directory-account-${readable}`,
      `select a.id, a.name, a.version, a.blocked_words, a.chat_friends_only, a.keywords,
     coalesce((select json_agg(json_build_object('kind', s.kind, 'address', s.address))
       from sender s where s.account_id = a.id), '[]') as senders,
     coalesce((select json_agg(json_build_object(${fields}) order by c.priority, c.id)
       from connection c where c.account_id = a.id and c.disabled_at is null), '[]') as connections
   from account a where a.id = $1`,
    ),
    selectConnection: prepared<{ connection: KnownConnection }>(
      `directory-connection-${readable}`,
      `select json_build_object(${fields}, 'is_disabled', c.disabled_at is not null,
     'is_shared', c.shared) as connection
   from connection c where c.id = $1`,
    ),
  };
}

// Users may share a phone number: it counts as that of the first of them, whoever asks. One lookup each by phone
// and by e-mail: joined by "or", neither would use its index.
const selectUsers = prepared<{ position: number; id: UserId }>(
  'directory-users',
  `select l.position, found.id
   from jsonb_to_recordset($1) as l(position int, account_id text, address text)
   cross join lateral (
     select u.id from "user" u where u.account_id = l.account_id and u.phone = l.address
     union all
     select u.id from "user" u where u.account_id = l.account_id and lower(u.email) = l.address
     order by id limit 1
   ) found`,
);

const selectUsersByName = prepared<{ position: number; id: UserId }>(
  'directory-users-by-name',
  `select l.position, u.id
   from jsonb_to_recordset($1) as l(position int, account_id text, user_name text)
   join "user" u on u.account_id = l.account_id and u.user_name = l.user_name`,
);

// The conditions are those of the unique index, in which alone it looks.
const selectSenderAccounts = prepared<{ position: number; id: AccountId }>(
  'directory-sender-accounts',
  `select l.position, s.account_id as id
   from jsonb_to_recordset($1) as l(position int, address text)
   join sender s on s.kind = case when l.address like '%@%' then 'email' else 'number' end and s.address = l.address
     and s.kind in ('number', 'email') and s.address <> '*'`,
);

const selectFriendships = prepared<{ position: number }>(
  'directory-friends',
  `select p.position from jsonb_to_recordset($1) as p(position int, one uuid, other uuid)
   join friend f on f.user_id = least(p.one, p.other) and f.friend_id = greatest(p.one, p.other)`,
);

const selectUserNames = prepared<{ id: UserId; user_name: string }>(
  'directory-user-names',
  'select id, user_name from "user" where id = any($1::uuid[])',
);

const selectAddressOwners = prepared<AddressOwner>(
  'directory-address-owners',
  `select id, account_id, address, user_id, since, until, changed_at from address_owner
   where (changed_at, id) > ($1, $2::uuid) order by changed_at, id limit $3`,
);

/** Reads an account whole; null when there is none. */
export async function loadAccount(
  db: Executor,
  { selectAccount }: ConnectionStatements,
  id: AccountId,
): Promise<AccountDirectory | null> {
  const [account] = await selectAccount(db, [id]);
  return account ?? null;
}

/** Reads a connection; null when there is none. */
export async function loadConnection(
  db: Executor,
  { selectConnection }: ConnectionStatements,
  id: ConnectionId,
): Promise<KnownConnection | null> {
  const [row] = await selectConnection(db, [id]);
  return row?.connection ?? null;
}

/** The users of addresses, in the order of the lookups. */
export async function loadUsers(db: Executor, lookups: readonly AddressLookup[]): Promise<(UserId | null)[]> {
  return inOrder(lookups, await selectUsers(db, [numbered(lookups)]));
}

/** The accounts whose lists of senders name these addresses, in their order. */
export async function loadSenderAccounts(
  db: Executor,
  addresses: readonly string[],
): Promise<(AccountId | null)[]> {
  const lookups = addresses.map((address) => ({ address }));
  return inOrder(lookups, await selectSenderAccounts(db, [numbered(lookups)]));
}

/** The users of user names, in the order of the lookups. */
export async function loadUsersByName(
  db: Executor,
  lookups: readonly NameLookup[],
): Promise<(UserId | null)[]> {
  return inOrder(lookups, await selectUsersByName(db, [numbered(lookups)]));
}

/** Whether the two of each pair are friends, in the order of the pairs. */
export async function loadFriendships(db: Executor, pairs: readonly UserPair[]): Promise<boolean[]> {
  const rows = await selectFriendships(db, [numbered(pairs.map(([one, other]) => ({ one, other })))]);
  const friends = new Set(rows.map(({ position }) => position));
  return pairs.map((_, position) => friends.has(position));
}

function numbered(lookups: readonly object[]): string {
  return JSON.stringify(lookups.map((lookup, position) => ({ ...lookup, position })));
}

function inOrder<Id>(
  lookups: readonly object[],
  rows: readonly { position: number; id: Id }[],
): (Id | null)[] {
  const found = new Map(rows.map((row) => [row.position, row.id]));
  return lookups.map((_, position) => found.get(position) ?? null);
}

/** The names of users, as far as there are any with these ids. */
export async function loadUserNames(db: Executor, ids: readonly UserId[]): Promise<Map<UserId, string>> {
  const rows = await selectUserNames(db, [ids]);
  return new Map(rows.map((row) => [row.id, row.user_name]));
}

/** Owners of addresses that changed after one, by (changed_at, id). */
export function loadAddressOwners(
  db: Executor,
  { changed_at, id }: Pick<AddressOwner, 'changed_at' | 'id'>,
  limit: number,
): Promise<AddressOwner[]> {
  return selectAddressOwners(db, [changed_at, id, limit]);
}
