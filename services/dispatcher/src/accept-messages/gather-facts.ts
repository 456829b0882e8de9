import type { AccountId } from '@parley/contracts/ids';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import type { Directory } from '@parley/platform/directory';
import type { Database } from '../database.ts';
import type { AcceptFacts } from './decide.ts';
import { sendingRules, type SendingRules } from './sending-rules.ts';
import { loadKeys } from './store.ts';

export interface GatherOptions {
  db: Database;
  directory: Pick<Directory, 'account' | 'users'>;
  /** ms from accept until a message is no longer sent. */
  validForMs: number;
}

/**
 * Reads what deciding on these items needs: at most one statement for keys, one for users, and accounts that are
 * not cached. The time of accept is the time of this call. Throws `Unavailable`.
 */
export async function gatherFacts(
  items: readonly AcceptItem[],
  { db, directory, validForMs }: GatherOptions,
): Promise<AcceptFacts> {
  const keyed = items.flatMap(({ account_id, idempotency }) =>
    idempotency === null ? [] : [{ account_id, key: idempotency.key }],
  );
  const [rules, userOf, keys] = await Promise.all([
    loadRules(items, directory),
    loadUsers(items, directory),
    loadKeys(db, keyed),
  ]);
  const now = Date.now();
  return {
    rules,
    userOf,
    keys,
    accepted_at: new Date(now).toISOString(),
    expires_at: new Date(now + validForMs).toISOString(),
  };
}

async function loadRules(
  items: readonly AcceptItem[],
  directory: GatherOptions['directory'],
): Promise<Map<AccountId, SendingRules>> {
  const versions = new Map<AccountId, number>();
  for (const { account_id, directory_version } of items)
    versions.set(account_id, Math.max(directory_version, versions.get(account_id) ?? 0));
  const accounts = await Promise.all([...versions].map(([id, version]) => directory.account(id, version)));
  return new Map(
    accounts.flatMap((account) => (account === null ? [] : [[account.id, sendingRules(account)] as const])),
  );
}

async function loadUsers(
  items: readonly AcceptItem[],
  directory: GatherOptions['directory'],
): Promise<AcceptFacts['userOf']> {
  const lookups = new Map<string, { account_id: AccountId; address: string }>();
  for (const { account_id, from, recipients } of items)
    for (const address of [from, ...recipients.map(({ to }) => to)])
      lookups.set(nameOf(account_id, address), { account_id, address });
  const users = await directory.users([...lookups.values()]);
  const found = new Map([...lookups.keys()].map((name, index) => [name, users[index] ?? null]));
  return (account, address) => found.get(nameOf(account, address)) ?? null;
}

function nameOf(account: AccountId, address: string): string {
  return `${address} ${account}`;
}
