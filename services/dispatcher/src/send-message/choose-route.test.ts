import { expect, test } from '@jest/globals';
import { accountId, connectionId, type ConnectionId } from '@parley/contracts/ids';
import { STANDARD_KEYWORD_SETTINGS } from '@parley/contracts/keyword-settings';
import type { AccountDirectory } from '@parley/platform/directory';
import type { Health } from '../lanes/standings.ts';
import { alternativesTo, chooseRoute, routesOf } from './choose-route.ts';

const account: AccountDirectory = {
  id: accountId.parse('acme'),
  name: 'acme',
  version: 1,
  blocked_words: [],
  chat_friends_only: false,
  keywords: STANDARD_KEYWORD_SETTINGS,
  senders: [],
  connections: ['a', 'b', 'c'].map((id, priority) => ({
    id: connectionId.parse(id),
    account_id: accountId.parse('acme'),
    provider: 'sms-gateway',
    types: ['sms'],
    priority,
    url: 'http://127.0.0.1:1',
    token: null,
    secrets: [],
    rate_per_second: null,
    honours_idempotency_keys: null,
  })),
};
const routes = routesOf(account, 'sms');

const healthOf =
  (unwell: Record<string, Health>) =>
  (id: ConnectionId): Health =>
    unwell[id] ?? 'well';
const named = (id: string | null): ConnectionId | null => (id === null ? null : connectionId.parse(id));

test.each<[string, string | null, Record<string, Health>, { to: string; isWell: boolean }]>([
  ['all are well: the first', null, {}, { to: 'a', isWell: true }],
  ['the first is away: the second', null, { a: 'open' }, { to: 'b', isWell: true }],
  ['the first has just failed: the next', 'a', {}, { to: 'b', isWell: true }],
  ['the second has just failed: the next, not the first again', 'b', {}, { to: 'c', isWell: true }],
  ['the last has just failed: the first again', 'c', {}, { to: 'a', isWell: true }],
  ['the second has just failed, and the last is away', 'b', { c: 'paused' }, { to: 'a', isWell: true }],
  ['only the one that has just failed is well', 'b', { a: 'open', c: 'open' }, { to: 'b', isWell: true }],
  ['the one that has just failed is gone', 'z', {}, { to: 'a', isWell: true }],
  ['none is well', 'a', { a: 'open', b: 'open', c: 'paused' }, { to: 'a', isWell: false }],
])('when %s', (_what, avoid, unwell, { to, isWell }) => {
  const choice = chooseRoute(routes, named(avoid), healthOf(unwell));
  expect(choice).toMatchObject({ route: { connection: { id: to } }, isWell });
});

test('those that could send instead are told round and round, without those that are not well', () => {
  const ids = (failed: string, unwell: Record<string, Health> = {}) =>
    alternativesTo(connectionId.parse(failed), routes, healthOf(unwell)).map(
      ({ connection }) => connection.id,
    );
  expect(ids('a')).toEqual(['b', 'c']);
  expect(ids('b')).toEqual(['c', 'a']);
  expect(ids('b', { c: 'half_open' })).toEqual(['a']);
  expect(ids('a', { b: 'open', c: 'open' })).toEqual([]);
});
