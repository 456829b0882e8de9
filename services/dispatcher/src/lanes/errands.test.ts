import { beforeEach, expect, test } from '@jest/globals';
import { accountId, type ConnectionId } from '@parley/contracts/ids';
import { aConnection, directoryWith } from '../testing/connections.ts';
import { createGates, type Gates } from '../send-message/gates.ts';
import { giveBack, planErrands } from './errands.ts';
import type { KnownLane } from './lane-book.ts';
import { createStandings, type Standings } from './standings.ts';

const half = aConnection('half');
const well = aConnection('well', { url: 'http://half.test/well', rate_per_second: 1 });

const lane = (connection_id: ConnectionId, sender: string): KnownLane => ({
  lane: { connection_id, sender, account_id: accountId.parse('acme'), since: '2026-01-15T10:00:00.000Z' },
  from: 0,
});

let standings: Standings;
/** What was asked of the breakers, and told them. */
let heard: string[];
const breakers = {
  tryOnce: async (id: ConnectionId) => heard.push(`may ${id} be tried`) > 0,
  tried: async (id: ConnectionId, outcome: string | null) => void heard.push(`${id} was tried: ${outcome}`),
};
beforeEach(() => {
  standings = createStandings();
  standings.open(half.id, 0);
  heard = [];
});

async function plan(lanes: readonly KnownLane[], gates: Gates) {
  return planErrands(lanes, { directory: directoryWith([half, well]), standings, breakers, gates });
}

test('a connection is tried for one of its lanes, and asked about once', async () => {
  const gates = createGates({ connections: 100, inWork: 100 });
  const errands = await plan(
    ['+1', '+2', '+3'].map((sender) => lane(half.id, sender)),
    gates,
  );
  expect(errands.filter(({ way }) => way.isTry).length).toBe(1);
  expect(heard).toEqual(['may half be tried']);
  await giveBack(errands, breakers);
});

test('who has the right to try and no place gives it back', async () => {
  const gates = createGates({ connections: 2, inWork: 100 });
  gates.enter(well.url ?? '');
  const errands = await plan([lane(well.id, '+9'), lane(half.id, '+1')], gates);
  expect(errands.map(({ way, places }) => [way.isTry, places.length])).toContainEqual([true, 0]);
  expect(heard).toEqual(['may half be tried', 'half was tried: null']);
  await giveBack(errands, breakers);
});
