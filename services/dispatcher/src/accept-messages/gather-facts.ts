import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import type { AccountId } from '@parley/contracts/ids';
import type { Directory } from '@parley/platform/directory';
import type { Database } from '../database.ts';
import { loadConsents } from '../latest-consent.ts';
import { neededFriends, type RuleFacts, type Sending } from './apply-rules.ts';
import type { AcceptFacts } from './decide.ts';
import { sendingRules, type SendingRules } from './sending-rules.ts';
import { loadKeys } from './store.ts';

export interface RuleOptions {
  db: Database;
  directory: Pick<Directory, 'account' | 'users' | 'usersByName' | 'areFriends'>;
}

export interface GatherOptions extends RuleOptions {
  /** How long a message may wait to be sent when it does not say so itself, ms. */
  validForMs: number;
}

/** Whether consents are read as well: storing a message finds out by itself that its recipient has opted out. */
export interface Caution {
  withConsents: boolean;
}

/** Something to send, and the version of its account's directory that whoever asks has seen. */
export type Asked = Sending & Pick<AcceptItem, 'directory_version'>;

/**
 * Reads what deciding on these items needs: at most one statement for keys, one for consents, two for users, one for
 * friends, and accounts that are not cached. The time of accept is the time of this call. Throws `Unavailable`.
 */
export async function gatherFacts(
  items: readonly AcceptItem[],
  { validForMs, ...options }: GatherOptions & Caution,
): Promise<AcceptFacts> {
  const keyed = items.flatMap(({ account_id, idempotency }) =>
    idempotency === null ? [] : [{ account_id, key: idempotency.key }],
  );
  const [facts, keys] = await Promise.all([gatherRuleFacts(items, options), loadKeys(options.db, keyed)]);
  return { ...facts, keys, accepted_at: new Date().toISOString(), valid_for_ms: validForMs };
}

/** Reads what the rules of sending need. Throws `Unavailable`. */
export async function gatherRuleFacts(
  sendings: readonly Asked[],
  { db, directory, withConsents }: RuleOptions & Caution,
): Promise<RuleFacts> {
  const [rules, userOf, consentOf] = await Promise.all([
    loadRules(sendings, directory),
    loadUsers(sendings, directory),
    withConsents ? find(recipientsOf(sendings), (lookups) => loadConsents(db, lookups)) : () => null,
  ]);
  const areFriends = await loadFriends(sendings, { rules, userOf }, directory);
  return { rules, userOf, consentOf, areFriends };
}

/** Asks nobody unless an account wants those who chat to be friends. */
async function loadFriends(
  sendings: readonly Sending[],
  known: Pick<RuleFacts, 'rules' | 'userOf'>,
  directory: RuleOptions['directory'],
): Promise<RuleFacts['areFriends']> {
  const pairs = new Map(
    sendings.flatMap((sending) =>
      neededFriends(sending, known).map(({ pair }) => [pair.join(), pair] as const),
    ),
  );
  if (pairs.size === 0) return () => false;
  const answers = await directory.areFriends([...pairs.values()]);
  const friends = new Set([...pairs.keys()].filter((_, index) => answers[index]));
  return (pair) => friends.has(pair.join());
}

async function loadRules(
  sendings: readonly Asked[],
  directory: RuleOptions['directory'],
): Promise<Map<AccountId, SendingRules>> {
  const versions = new Map<AccountId, number>();
  for (const { account_id, directory_version } of sendings)
    versions.set(account_id, Math.max(directory_version, versions.get(account_id) ?? 0));
  const accounts = await Promise.all([...versions].map(([id, version]) => directory.account(id, version)));
  return new Map(
    accounts.flatMap((account) => (account === null ? [] : [[account.id, sendingRules(account)] as const])),
  );
}

/** Chat goes from user to user by their names, everything else by addresses. */
async function loadUsers(
  sendings: readonly Sending[],
  directory: RuleOptions['directory'],
): Promise<RuleFacts['userOf']> {
  const everyone = (some: readonly Sending[]) => new Map([...sendersOf(some), ...recipientsOf(some)]);
  const isChat = ({ type }: Pick<Sending, 'type'>) => type === 'chat';
  const [byName, byAddress] = await Promise.all([
    find(everyone(sendings.filter(isChat)), (lookups) =>
      directory.usersByName(lookups.map(({ account_id, address }) => ({ account_id, user_name: address }))),
    ),
    find(everyone(sendings.filter((sending) => !isChat(sending))), directory.users),
  ]);
  return (sending, address) => (isChat(sending) ? byName : byAddress)(sending, address);
}

/** An address as it is used in an account by a message of some type. */
type Lookup = Pick<Sending, 'account_id' | 'type'> & { address: string };
/** What was found of an address; null = nothing. */
type Find<Found> = (sending: Pick<Sending, 'account_id' | 'type'>, address: string) => Found | null;

/** By name, so that each is looked up once. */
type Lookups = [name: string, Lookup][];

function sendersOf(sendings: readonly Sending[]): Lookups {
  return sendings.map((sending) => lookup(sending, sending.from));
}

function recipientsOf(sendings: readonly Sending[]): Lookups {
  return sendings.flatMap((sending) => sending.recipients.map(({ to }) => lookup(sending, to)));
}

function lookup(
  { account_id, type }: Pick<Sending, 'account_id' | 'type'>,
  address: string,
): Lookups[number] {
  return [nameOf(account_id, type, address), { account_id, type, address }];
}

/** No type and no address has a line break in it. */
function nameOf(account: AccountId, type: string, address: string): string {
  return `${type}\n${address}\n${account}`;
}

/** Looks everything up at once. */
async function find<Found>(
  wanted: Iterable<Lookups[number]>,
  load: (lookups: readonly Lookup[]) => Promise<readonly (Found | null)[]>,
): Promise<Find<Found>> {
  const lookups = new Map(wanted);
  const found = await load([...lookups.values()]);
  const known = new Map(
    [...lookups.keys()].flatMap((name, index) => {
      const one = found[index] ?? null;
      return one === null ? [] : [[name, one] as const];
    }),
  );
  if (known.size === 0) return () => null;
  return ({ account_id, type }, address) => known.get(nameOf(account_id, type, address)) ?? null;
}
