import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, type AccountId, type MessageId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import type { Connection } from '@parley/platform/directory';
import { aMessage, testDatabase, type TestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { aConnection, anAccount } from '../testing/connections.ts';
import { messageRow } from '../testing/rows.ts';
import { idsInLanes, letWait } from '../testing/waiting-messages.ts';
import type { Attempt } from '../send-message/attempt.ts';
import { createGates, type Gates } from '../send-message/gates.ts';
import { createDatabaseClock } from './database-clock.ts';
import { createLaneBook, type LaneBook } from './lane-book.ts';
import { EVERY_SENDER } from './lane.ts';
import { pass, type PassResult } from './pass.ts';
import { createStandings, type Standings } from './standings.ts';
import { createTaking } from './take.ts';

const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();
const [ACME, OTHER] = [accountId.parse('acme'), accountId.parse('other')];
const URL = 'http://provider.test';
const free = aConnection('free', { url: URL });
const limited = aConnection('limited', { url: URL, rate_per_second: 50 });
const foreign = aConnection('foreign', { url: URL, account_id: OTHER });

let database: TestDatabase;
let db: Database;
let standings: Standings;
let book: LaneBook;
let gates: Gates;
let begun: Attempt[];

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher' });
});
beforeEach(() => {
  standings = createStandings();
  book = createLaneBook(db);
  gates = createGates({ connections: 16, inWork: 1_000 });
  begun = [];
});
afterEach(async () => {
  await sql`truncate message, waiting, lane`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const connections: Connection[] = [free, limited, foreign];
const directory = {
  account: async (id: AccountId) => ({
    ...anAccount(connections.filter(({ account_id }) => account_id === id)),
    id,
  }),
  connection: async (id: Connection['id']) => {
    const found = connections.find((connection) => connection.id === id);
    return found === undefined ? null : { ...found, is_disabled: false, is_shared: false };
  },
};

const wait = (count: number, connection: Connection, from = '+12125550100'): Promise<MessageId[]> =>
  letWait(
    db,
    Array.from({ length: count }, () =>
      aMessage({ from, account_id: connection.account_id, expires_at: EXPIRES_AT }),
    ),
    { connection_id: connection.id },
  );

async function passOnce(database = db): Promise<PassResult> {
  await book.search();
  const clock = createDatabaseClock();
  return pass({
    book,
    gates,
    standings,
    directory,
    clock,
    breakers: { tryOnce: async () => true, tried: async () => {} },
    take: createTaking({ db: database, clock, leaseMs: 30_000 }),
    attempts: { begin: (attempt) => void begun.push(attempt) },
  });
}
const countOf = (account: AccountId): number =>
  begun.filter(({ claimed }) => claimed.account_id === account).length;

describe('a pass', () => {
  test('takes and claims what waits, and begins to call for it', async () => {
    const [id] = await wait(1, free);
    expect(await passOnce()).toEqual({ backlogged: new Set(), isMore: false });
    expect(begun).toMatchObject([{ claimed: { id, provider: 'free' }, slot: null, isTry: false }]);
    expect(await messageRow(db, begun[0]?.claimed.id ?? aMessage().id)).toMatchObject({ status: 'sending' });
    expect([await idsInLanes(db), book.all()]).toEqual([[], []]);
  });

  test('takes no more than there are places, the same of every account, and tells who was kept', async () => {
    await wait(40, free);
    await wait(40, free, '+12125550101');
    await wait(40, foreign);
    expect(await passOnce()).toEqual({ backlogged: new Set([free.id, foreign.id]), isMore: false });
    expect([countOf(ACME), countOf(OTHER), gates.free(URL)]).toEqual([7, 7, 0]);
  });

  test('gives the places that one does not need to the others, the next time', async () => {
    await wait(40, free);
    await wait(1, foreign);
    expect((await passOnce()).isMore).toBe(true);
    await passOnce();
    expect([countOf(ACME), countOf(OTHER)]).toEqual([13, 1]);
  });

  test('takes out of a limited lane as many as have slots soon', async () => {
    await wait(40, limited);
    await passOnce();
    expect(begun).toHaveLength(5);
    const gaps = begun.slice(1).map(({ slot }, index) => Math.round((slot ?? 0) - (begun[index]?.slot ?? 0)));
    expect(gaps).toEqual([20, 20, 20, 20]);
    expect(gates.free(URL)).toBe(9);
  });

  test('leaves a paused lane alone, and takes from others', async () => {
    const paused = await wait(3, free);
    await wait(2, free, '+12125550101');
    standings.pause({ connection_id: free.id, sender: '+12125550100' }, 60_000);
    expect((await passOnce()).backlogged).toEqual(new Set());
    expect([begun.length, (await idsInLanes(db)).toSorted()]).toEqual([2, paused.toSorted()]);
  });

  test('sends through another connection what its own cannot send, by the slots of that', async () => {
    await wait(10, free);
    standings.pause({ connection_id: free.id, sender: EVERY_SENDER }, 60_000);
    await passOnce();
    expect(begun).toHaveLength(5);
    expect(begun.every(({ claimed, slot }) => claimed.provider === limited.id && slot !== null)).toBe(true);
  });

  test('gives every place back when the database is away', async () => {
    await wait(3, free);
    const away = createDatabase<DispatcherTables>({
      url: 'postgres://127.0.0.1:1/none',
      schema: 'dispatcher',
    });
    await expect(passOnce(away)).rejects.toMatchObject({ name: 'Unavailable' });
    await away.destroy();
    expect([gates.free(URL), begun]).toEqual([14, []]);
    await passOnce();
    expect(begun).toHaveLength(3);
  });
});
