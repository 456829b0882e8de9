import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testBus, testDatabase, testService, until, type TestBus, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { createDatabase } from '../db/open-database.ts';
import type { Part } from '../runtime/part.ts';
import { catchUp, type CatchUpOptions } from './catch-up.ts';
import { connectBus, type Bus } from './connect.ts';
import { publish } from './publish.ts';
import { keepStreams } from './streams.ts';

type Tables = Record<never, never>;
const BEGINNING = '1970-01-01T00:00:00.000Z';
const LATEST = '2026-01-15T10:00:00.000Z';
const TEN_MINUTES_BEFORE = '2026-01-15T09:50:00.000Z';

let server: TestBus;
let database: TestDatabase;
let db: Kysely<Tables>;
let service: ReturnType<typeof testService>;
let bus: Bus;
let parts: Part[];
let replayed: string[];
let latestFact: string | null;

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
  db = createDatabase({ url: database.url, schema: 'reporting' });
});
afterAll(async () => {
  await db.destroy();
  await Promise.all([server.stop(), database.drop()]);
});
beforeEach(async () => {
  [parts, replayed, latestFact] = [[], [], null];
  service = testService('test', { NATS_URL: server.url });
  bus = await connectBus(service);
  await begin(keepStreams(bus, { leaseMs: 60_000, replicas: 1 }));
});
afterEach(async () => {
  for (const part of parts.toReversed()) await part.stop();
  await service.stop();
  await sql`truncate position`.execute(db);
});

async function begin(part: Part): Promise<Part> {
  parts.push(part);
  await part.start();
  return part;
}
function catchingUp(overrides: Partial<CatchUpOptions<Tables>> = {}): Promise<Part> {
  const part = catchUp(bus, {
    db,
    stream: 'EVENTS',
    durable: 'reporting--project',
    latestFact: () => latestFact,
    replay: async (since) => void replayed.push(since),
    ...overrides,
  });
  return begin(part);
}
/** Catches up, and forgets that it did. */
async function caughtUp(): Promise<Part> {
  const part = await catchingUp();
  await ready(part);
  replayed = [];
  return part;
}
const ready = (part: Part) =>
  until(async () => (await part.check?.()) === null, { what: 'it has caught up' });
const replays = () => until(() => replayed.length > 0, { what: 'it replays' });
const lost = () => until(() => !bus.connected(), { what: 'the loss is noticed' });

describe('it replays', () => {
  test('from the beginning when it has no position, and is ready after that', async () => {
    const part = await catchingUp();
    expect(await part.check?.()).toBe('has not caught up with the owners yet');
    await ready(part);
    expect(replayed).toEqual([BEGINNING]);
  });

  test('from its position less ten minutes when the whole store was deleted', async () => {
    latestFact = LATEST;
    await caughtUp();
    latestFact = null;
    await server.kill();
    await lost();
    await server.restart({ wipe: true });
    await replays();
    expect(replayed).toEqual([TEN_MINUTES_BEFORE]);
  });

  test('when the server was restarted, for it may have lost what it had not written yet', async () => {
    latestFact = LATEST;
    await caughtUp();
    await server.kill();
    await lost();
    await server.restart();
    await replays();
    expect(replayed).toEqual([TEN_MINUTES_BEFORE]);
  });

  test('when the stream was made anew', async () => {
    latestFact = LATEST;
    await caughtUp();
    await (await bus.manager()).streams.delete('EVENTS');
    await replays();
    expect(replayed).toEqual([TEN_MINUTES_BEFORE]);
  });

  test('when its sequence is behind the position', async () => {
    await caughtUp();
    await parts.pop()?.stop();
    await sql`update position set last_seq = 1000, facts_until = ${LATEST}`.execute(db);
    await ready(await catchingUp());
    expect(replayed).toEqual([TEN_MINUTES_BEFORE]);
  });
});

describe('what the stream dropped while the consumer was down', () => {
  const tell = (subject: string, id: string) => publish(bus, subject, '{}', id);
  const purge = async () => (await bus.manager()).streams.purge('EVENTS');
  const handled = (seq: number) =>
    until(
      async () => (await sql`select from position where handled_seq >= ${seq}`.execute(db)).rows.length === 1,
      { what: `all up to ${seq} counts as handled` },
    );

  test('is replayed from the position less ten minutes, and only once', async () => {
    latestFact = LATEST;
    await caughtUp();
    await parts.pop()?.stop();
    const { last_seq } = (await (await bus.manager()).streams.info('EVENTS')).state;
    await tell('event.message.v1', 'dropped');
    await purge();
    await ready(await catchingUp());
    expect(replayed).toEqual([TEN_MINUTES_BEFORE]);
    await handled(last_seq + 1);
    await parts.pop()?.stop();
    await ready(await catchingUp());
    expect(replayed).toEqual([TEN_MINUTES_BEFORE]);
  });

  test('is noticed while the service runs', async () => {
    latestFact = LATEST;
    await caughtUp();
    await tell('event.message.v1', 'dropped, too');
    await purge();
    await replays();
    expect(replayed).toEqual([TEN_MINUTES_BEFORE]);
  });

  test('is not missed when it was meant for others', async () => {
    await purge();
    await caughtUp();
    const { last_seq } = (await (await bus.manager()).streams.info('EVENTS')).state;
    for (const id of ['a', 'b', 'c']) await tell('event.receipt.v1', `for others ${id}`);
    await handled(last_seq + 3);
    await parts.pop()?.stop();
    await purge();
    await ready(await catchingUp());
    expect(replayed).toEqual([]);
  });
});

describe('it does not replay', () => {
  test('when it starts again and the stream has only gone on', async () => {
    await caughtUp();
    await parts.pop()?.stop();
    await publish(bus, 'event.message.v1', '{}', 'meanwhile');
    await ready(await catchingUp());
    expect(replayed).toEqual([]);
  });

  test('when only the connection was made anew', async () => {
    const part = await caughtUp();
    await Promise.all([bus.nc.reconnect(), lost()]);
    await until(() => bus.connected(), { what: 'connected again' });
    await sql`update position set last_seq = 0`.execute(db);
    await publish(bus, 'event.message.v1', '{}', 'after the reconnect');
    const looked = sql`select from position where last_seq > 0`;
    await until(async () => (await looked.execute(db)).rows.length === 1, { what: 'it looked again' });
    expect([replayed, await part.check?.()]).toEqual([[], null]);
  });
});

test('a position never goes back', async () => {
  latestFact = LATEST;
  await caughtUp();
  await parts.pop()?.stop();
  latestFact = '2026-01-15T09:00:00.000Z';
  await caughtUp();
  const { rows } = await sql`select facts_until from position`.execute(db);
  expect(rows).toEqual([{ facts_until: LATEST }]);
});

test('a replay that fails is tried again, and it is not ready until one went through', async () => {
  const ownerIsBack = Promise.withResolvers<void>();
  const part = await catchingUp({
    replay: async (since) => {
      replayed.push(since);
      if (replayed.length === 1) throw new Error('the owner is down');
      await ownerIsBack.promise;
    },
  });
  await until(() => replayed.length === 2, { what: 'it is tried again' });
  expect(await part.check?.()).not.toBeNull();
  ownerIsBack.resolve();
  await ready(part);
  expect(replayed).toEqual([BEGINNING, BEGINNING]);
});

test('when everything is emptied during a replay, it begins anew', async () => {
  const part = await catchingUp({
    replay: async (since) => {
      replayed.push(since);
      if (replayed.length === 1) await sql`truncate position`.execute(db);
    },
  });
  await ready(part);
  expect(replayed).toEqual([BEGINNING, BEGINNING]);
});

test('a replay under way is told that the service stops', async () => {
  await catchingUp({
    replay: (since, stopping) => {
      replayed.push(since);
      return new Promise((_, reject) =>
        stopping.addEventListener('abort', () => reject(new Error('stopped'))),
      );
    },
  });
  await replays();
  await expect(parts.pop()?.stop()).resolves.toBeUndefined();
  expect((await sql`select from position where complete`.execute(db)).rows).toEqual([]);
});
