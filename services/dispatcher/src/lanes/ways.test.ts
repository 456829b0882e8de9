import { beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, connectionId } from '@parley/contracts/ids';
import type { Connection } from '@parley/platform/directory';
import { aConnection, directoryWith } from '../testing/connections.ts';
import type { BusyLane } from './find-lanes.ts';
import { EVERY_SENDER } from './lane.ts';
import { createStandings, type Standings } from './standings.ts';
import { waysOf } from './ways.ts';

const [own, other] = [aConnection('own'), aConnection('other')];
const SENDER = '+1';
const lane: BusyLane = {
  connection_id: own.id,
  sender: SENDER,
  account_id: accountId.parse('acme'),
  since: '2026-01-15T10:00:00.000Z',
};

let standings: Standings;
beforeEach(() => {
  standings = createStandings();
});

/** Which connections messages of the lane can go through now, and which messages. */
async function ways(enabled: readonly Connection[], disabled: readonly Connection[] = []): Promise<string[]> {
  const found = await waysOf(lane, { directory: directoryWith(enabled, disabled), standings });
  return found.map(({ route, which, isTry, types }) =>
    [which, route.connection.id, isTry ? 'try' : '', types === null ? '' : types.join('+')].join(' ').trim(),
  );
}

describe('the messages of a lane go', () => {
  test('through its own connection while that is well', async () => {
    expect(await ways([other, own])).toEqual(['all own']);
  });

  test('nowhere while their lane is paused: that is not a reason to go another way', async () => {
    standings.pause({ connection_id: own.id, sender: SENDER }, 1_000);
    expect(await ways([own, other])).toEqual([]);
  });

  test('through another one while all of their own is paused, except those that may have been sent', async () => {
    standings.pause({ connection_id: own.id, sender: EVERY_SENDER }, 1_000);
    expect(await ways([own, other])).toEqual(['free other  sms']);
    expect(await ways([own])).toEqual([]);
  });

  test('through another one while their own is open', async () => {
    standings.open(own.id, 1_000);
    expect(await ways([own, other])).toEqual(['free other  sms']);
  });

  test('for a try through their own when that is half open', async () => {
    standings.open(own.id, 0);
    expect(await ways([own])).toEqual(['all own try']);
    expect(await ways([own, other])).toEqual(['all own try', 'free other  sms']);
  });

  test('only through one that is well, where their sender is not paused and that can send them', async () => {
    standings.open(own.id, 1_000);
    const broken = aConnection('broken');
    const paused = aConnection('paused');
    const mail = aConnection('mail', { provider: 'mail-gateway', types: ['email'] });
    standings.open(broken.id, 1_000);
    standings.pause({ connection_id: paused.id, sender: SENDER }, 1_000);
    expect(await ways([own, broken, paused, mail, aConnection('inbox', { url: null })])).toEqual([]);
    expect(await ways([own, broken, paused, mail, other])).toEqual(['free other  sms']);
  });

  test('through another one when their own is disabled, except those that may have been sent', async () => {
    expect(await ways([other], [own])).toEqual(['bound own', 'free other  sms']);
    expect(await ways([other])).toEqual(['free other  sms']);
    expect(await ways([], [{ ...own, id: connectionId.parse('elsewhere') }])).toEqual([]);
  });
});
