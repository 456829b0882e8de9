import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from '@parley/platform/directory';
import { aConnection, anAccount } from '../testing/connections.ts';
import { createFastPath, type FastPath } from './fast-path.ts';
import { EVERY_SENDER } from './lane.ts';
import { createPlacing, type NewMessage } from './place-messages.ts';
import { createStandings, type Standings } from './standings.ts';

const free = aConnection('free');
const backup = aConnection('backup');
const limited = aConnection('limited', { rate_per_second: 10 });
const BUS = 'bus';

let standings: Standings;
let fastPath: FastPath;
beforeEach(() => {
  standings = createStandings();
  fastPath = createFastPath();
});

function place(connections: readonly Connection[], overrides: Partial<NewMessage> = {}): string {
  const account = anAccount(connections);
  const message = {
    account_id: account.id,
    type: 'sms',
    from: '+1',
    priority: 'normal',
    ...overrides,
  } as const;
  const placed = createPlacing({ standings, fastPath })(message, account);
  if (placed.to === 'bus') return BUS;
  if (placed.to === 'provider') return `at once: ${placed.route.connection.id}`;
  return placed.reason === null ? placed.connection_id : `${placed.connection_id}: ${placed.reason}`;
}

describe('a new message', () => {
  test('can be sent at once where nothing is in its way', () => {
    expect(place([free])).toBe('at once: free');
  });

  test('waits in its lane where that is limited', () => {
    expect(place([limited])).toBe('limited');
    expect(place([limited], { priority: 'high' })).toBe('limited');
  });

  test('waits in its lane while that is paused, and others do not', () => {
    standings.pause({ connection_id: free.id, sender: '+1' }, 1_000);
    expect([place([free]), place([free], { from: '+2' })]).toEqual(['free: throttled', 'at once: free']);
  });

  test('goes another way while its connection is out of order, or waits in its lane', () => {
    standings.pause({ connection_id: free.id, sender: EVERY_SENDER }, 1_000);
    expect([place([free, backup]), place([free, limited]), place([free])]).toEqual([
      'at once: backup',
      'limited',
      'free: provider_unavailable',
    ]);
  });

  test('goes to the bus when it may try whether its connection is back', () => {
    standings.open(free.id, 0);
    expect([place([free]), place([free, limited])]).toEqual([BUS, BUS]);
  });

  test('goes to the bus when there is no connection for it: whoever takes it waits for one', () => {
    expect(place([])).toBe(BUS);
  });

  test('waits in its lane when its account has more on its way than is sent, unless it is urgent', () => {
    for (let n = 0; n < 50; n += 1) expect(place([free])).toBe('at once: free');
    expect([place([free]), place([free], { priority: 'high' })]).toEqual(['free', 'at once: free']);
  });
});
