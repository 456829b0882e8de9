import type { SenderKind } from '@parley/contracts/address';
import type { AccountId, ConnectionId, UserId } from '@parley/contracts/ids';
import type { KeywordSettings } from '@parley/contracts/keyword-settings';
import type { MessageType } from '@parley/contracts/message-type';
import { directoryChanged } from '@parley/contracts/notices/directory-changed';
import type { Bus } from '../bus/connect.ts';
import { listen } from '../bus/notice.ts';
import { available } from '../db/failures.ts';
import { openDatabase } from '../db/open-database.ts';
import type { Part } from '../runtime/part.ts';
import type { Service } from '../runtime/service.ts';
import { createCache } from './cache.ts';
import { openingConnections, type Opens } from './open-connections.ts';
import {
  connectionStatements,
  loadAccount,
  loadAddressOwners,
  loadConnection,
  loadFriendships,
  loadSenderAccounts,
  loadUserNames,
  loadUsers,
  loadUsersByName,
} from './store.ts';

/** A provider account as services use it. */
export interface Connection {
  id: ConnectionId;
  account_id: AccountId;
  /** Names its folder in the provider registry. */
  provider: string;
  types: MessageType[];
  /** The lowest is used first. */
  priority: number;
  url: string | null;
  token: string | null;
  /** Live webhook secrets, newest first. */
  secrets: string[];
  /** Most messages a second of each sender; null = as fast as it goes. */
  rate_per_second: number | null;
  /** Whether a repeated key is answered as it was the first time; null = as its provider promises. */
  honours_idempotency_keys: boolean | null;
}

/** A connection that may have been ended. */
export interface KnownConnection extends Connection {
  is_disabled: boolean;
  /** Whether messages that come in through it belong to whoever has their recipient as a sender. */
  is_shared: boolean;
}

/** What deciding about an account's messages needs. */
export interface AccountDirectory {
  id: AccountId;
  /** What people call it. */
  name: string;
  version: number;
  /** Words that an outbound SMS or MMS may not contain. */
  blocked_words: string[];
  /** Whether users may chat with their friends only. */
  chat_friends_only: boolean;
  /** How texts are treated that are a keyword. */
  keywords: KeywordSettings;
  senders: { kind: SenderKind; address: string }[];
  /** Enabled connections whose secrets can be opened, lowest priority first. */
  connections: Connection[];
}

/** An address whose user is wanted. */
export interface AddressLookup {
  account_id: AccountId;
  address: string;
}

/** A user name whose user is wanted. */
export interface NameLookup {
  account_id: AccountId;
  user_name: string;
}

/** To whom an address of an account counted, and when. */
export interface AddressOwner {
  id: string;
  account_id: AccountId;
  address: string;
  user_id: UserId;
  since: string;
  /** Null while it counts to them. */
  until: string | null;
  changed_at: string;
}

/** Two users, in either order. */
export type UserPair = readonly [one: UserId, other: UserId];

/** Read access to the gateway's directory, cached for at most 5 s and dropped when it changes. */
export interface Directory extends Part {
  /** An account, at least as new as `version`; null when there is none. Throws `Unavailable`. */
  account(id: AccountId, version?: number): Promise<AccountDirectory | null>;
  /**
   * A connection by its id, enabled or not; null when there is none. Throws `Unavailable`, also when its secrets
   * cannot be opened.
   */
  connection(id: ConnectionId): Promise<KnownConnection | null>;
  /** The users that these addresses belong to, one lookup for all, in their order. Throws `Unavailable`. */
  users(lookups: readonly AddressLookup[]): Promise<(UserId | null)[]>;
  /**
   * The accounts whose lists of senders name these numbers and mailboxes, in normalised form, one lookup for all, in
   * their order; `*` names none. Throws `Unavailable`.
   */
  senderAccounts(addresses: readonly string[]): Promise<(AccountId | null)[]>;
  /** The users of these names, one lookup for all, in their order. Throws `Unavailable`. */
  usersByName(lookups: readonly NameLookup[]): Promise<(UserId | null)[]>;
  /** Whether the two of each pair are friends, one lookup for all, in their order. Throws `Unavailable`. */
  areFriends(pairs: readonly UserPair[]): Promise<boolean[]>;
  /** Up to `limit` owners of addresses that changed after this one, by (changed_at, id). Throws `Unavailable`. */
  addressOwners(after: Pick<AddressOwner, 'changed_at' | 'id'>, limit: number): Promise<AddressOwner[]>;
  /** The names of users, one lookup for all; who is not in the answer is gone. Throws `Unavailable`. */
  userNames(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, string>>;
}

const MAX_AGE_MS = 5_000;
const MAX_ENTRIES = 10_000;

export interface DirectoryOptions {
  /** Connects with the right to read what the service needs, and no more. */
  url: string;
  /** Which secrets of connections the service needs, and what opens them; the others are not there. */
  opens: Opens | null;
}

/** Opens the directory for a service that does not own it. */
export function openDirectory(service: Service, bus: Bus, { url, opens }: DirectoryOptions): Directory {
  const statements = connectionStatements(opens?.column ?? null);
  const db = openDatabase<never>(service, { url, schema: 'gateway', maxConnections: 2 });
  const opened = openingConnections(opens, service.logger);
  const accounts = createCache({
    maxAgeMs: MAX_AGE_MS,
    maxEntries: MAX_ENTRIES,
    load: async (id: AccountId) => opened.of(await loadAccount(db, statements, id)),
  });
  const connections = createCache({
    maxAgeMs: MAX_AGE_MS,
    maxEntries: MAX_ENTRIES,
    load: async (id: ConnectionId) => opened.one(await loadConnection(db, statements, id)),
  });
  const notices = listen(bus, directoryChanged, ({ account_id }) => {
    accounts.drop(account_id);
    connections.clear();
  });
  return {
    ...notices,
    name: 'directory',
    account: (id, version = 0) =>
      accounts.get(id, (account) => account !== null && account.version >= version),
    connection: (id) => connections.get(id),
    users: async (lookups) => (lookups.length === 0 ? [] : available(loadUsers(db, lookups))),
    senderAccounts: async (addresses) =>
      addresses.length === 0 ? [] : available(loadSenderAccounts(db, addresses)),
    usersByName: async (lookups) => (lookups.length === 0 ? [] : available(loadUsersByName(db, lookups))),
    areFriends: async (pairs) => (pairs.length === 0 ? [] : available(loadFriendships(db, pairs))),
    addressOwners: (after, limit) => available(loadAddressOwners(db, after, limit)),
    userNames: async (ids) => (ids.length === 0 ? new Map() : available(loadUserNames(db, ids))),
  };
}
