import { expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import type { AccountDirectory, Connection } from '@parley/platform/directory';
import { aDirectory } from '../testing/accepting.ts';
import type { Health } from '../lanes/standings.ts';
import { explainRoute } from './explain-route.ts';

const { account } = aDirectory();

function aConnection(id: string): Connection {
  return {
    id: connectionId.parse(id),
    account_id: account.id,
    provider: 'sms-gateway',
    types: ['sms'],
    priority: 0,
    url: 'http://127.0.0.1:1',
    token: null,
    secrets: [],
    rate_per_second: null,
    honours_idempotency_keys: null,
  };
}
const withConnections = (...ids: string[]): AccountDirectory => ({
  ...account,
  connections: ids.map(aConnection),
});

function explain(of: AccountDirectory | null, health: Record<string, Health> = {}) {
  const { connection, reason, isBroken } = explainRoute(of, 'sms', (id) => health[id] ?? 'well');
  return [connection?.id ?? null, reason, isBroken];
}

test.each<[string, AccountDirectory | null, Record<string, Health>, ReturnType<typeof explain>]>([
  ['no account', null, {}, [null, 'the account has no connection that can send sms', false]],
  ['no connection', account, {}, [null, 'the account has no connection that can send sms', false]],
  ['one', withConnections('a'), {}, ['a', 'it is the only connection that can send sms', false]],
  [
    'the first of two',
    withConnections('a', 'b'),
    { b: 'open' },
    ['a', 'it comes first among the 2 connections that can send sms', false],
  ],
  [
    'the one behind those that are not well',
    withConnections('a', 'b', 'c'),
    { a: 'paused', b: 'open' },
    ['c', 'it comes next: a is paused, b failed too often', false],
  ],
  [
    'the first when none is well',
    withConnections('a', 'b'),
    { a: 'half_open', b: 'paused' },
    [
      'a',
      'it comes first among the 2 connections that can send sms; a failed too often and is about to be tried, b is paused',
      true,
    ],
  ],
  [
    'the only one, paused',
    withConnections('a'),
    { a: 'paused' },
    ['a', 'it is the only connection that can send sms; a is paused', false],
  ],
])('the route is %s, and the reason says so', (_, of, health, expected) => {
  expect(explain(of, health)).toEqual(expected);
});

test('chat needs no connection', () => {
  expect(explainRoute(withConnections('a'), 'chat', () => 'well')).toEqual({
    connection: null,
    reason: 'chat needs no connection',
    isBroken: false,
  });
});
