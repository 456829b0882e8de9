import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newRowId } from '@parley/contracts/ids';
import { testBus, testDatabase, testService, until, type TestBus, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { connectBus, type Bus } from '../bus/connect.ts';
import { publish } from '../bus/publish.ts';
import { keepStreams } from '../bus/streams.ts';
import { createDatabase } from '../db/open-database.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Part } from '../runtime/part.ts';
import { addToOutbox, FAST_PATH_GRACE_MS } from './add.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { OutboxRow } from './row.ts';

type Tables = Record<never, never>;
const EVENT = 'event.message.v1';
/** Held by no stream, so nothing takes out what is published twice. */
const PLAIN = 'test.counted';

let server: TestBus;
let database: TestDatabase;
let db: Kysely<Tables>;
let service: ReturnType<typeof testService>;
let bus: Bus;
let parts: Part[];

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
});
afterAll(() => Promise.all([server.stop(), database.drop()]));
beforeEach(async () => {
  parts = [];
  db = createDatabase({ url: database.url, schema: 'dispatcher' });
  service = testService('test', { NATS_URL: server.url });
  bus = await connectBus(service);
  await begin(keepStreams(bus, { leaseMs: 60_000, replicas: 1 }));
});
afterEach(async () => {
  for (const part of parts.toReversed()) await part.stop();
  await sql`truncate outbox`.execute(db);
  await (await bus.manager()).streams.delete('EVENTS');
  await service.stop();
  await db.destroy();
});

async function begin<Started extends Part>(part: Started): Promise<Started> {
  parts.push(part);
  await part.start();
  return part;
}
const outbox = (): Promise<Outbox> => begin(createOutbox(db, bus));

function row(overrides: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: newRowId(),
    subject: EVENT,
    payload: '{}',
    available_at: null,
    message_id: null,
    ...overrides,
  };
}
const commit = (...rows: OutboxRow[]) => inTransaction(db, (trx) => addToOutbox(trx, rows));
const rowsLeft = async () =>
  (await sql<{ count: number }>`select count(*) from outbox`.execute(db)).rows[0]?.count ?? -1;
const isEmpty = () => until(async () => (await rowsLeft()) === 0, { what: 'the outbox is empty' });
const makeDue = () => sql`update outbox set available_at = now()`.execute(db);

async function events(): Promise<{ id: string | undefined; payload: string }[]> {
  const manager = await bus.manager();
  const { last_seq } = (await manager.streams.info('EVENTS')).state;
  const sequences = Array.from({ length: last_seq }, (_, index) => index + 1);
  const stored = await Promise.all(sequences.map((seq) => manager.streams.getMessage('EVENTS', { seq })));
  return stored.map((message) => ({
    id: message?.header.get('Nats-Msg-Id'),
    payload: message?.string() ?? '',
  }));
}

test('what was committed is published under its own id and deleted', async () => {
  const { publishNow } = await outbox();
  const rows = [row({ payload: '{"n":1}' }), row({ payload: '{"n":2}' })];
  await commit(...rows);
  publishNow(rows);
  await isEmpty();
  expect(await events()).toEqual(rows.map(({ id, payload }) => ({ id, payload })));
});

test('what was rolled back is not published', async () => {
  await outbox();
  const work = inTransaction(db, async (trx) => {
    await addToOutbox(trx, [row()]);
    throw new Error('changed my mind');
  });
  await expect(work).rejects.toThrow('changed my mind');
  const later = row();
  await commit(later);
  await makeDue();
  await isEmpty();
  expect((await events()).map(({ id }) => id)).toEqual([later.id]);
});

describe('what the committing process did not publish', () => {
  test('because it was killed, the relay publishes, but not before the process had its chance', async () => {
    const left = row();
    // In the transaction that inserts, time stands still; the column holds whole ms.
    const { rows } = await inTransaction(db, async (trx) => {
      await addToOutbox(trx, [left]);
      return sql<{ ms: number }>`
        select extract(epoch from available_at - now()::timestamptz(3))::float8 * 1000 as ms from outbox`.execute(
        trx,
      );
    });
    expect(rows).toEqual([{ ms: FAST_PATH_GRACE_MS }]);
    await outbox();
    await isEmpty();
    expect((await events()).map(({ id }) => id)).toEqual([left.id]);
  });

  test('because it was killed before it could delete it, is stored once all the same', async () => {
    const left = row();
    await commit(left);
    await publish(bus, left.subject, left.payload, left.id);
    await makeDue();
    await outbox();
    await isEmpty();
    expect(await events()).toHaveLength(1);
  });

  test('because the bus is down, waits and is published when it is back', async () => {
    const { publishNow } = await outbox();
    await server.kill();
    await until(() => !bus.connected(), { what: 'the loss is noticed' });
    const rows = [row(), row(), row()];
    await commit(...rows);
    publishNow(rows);
    await makeDue();
    expect(await rowsLeft()).toBe(3);
    await server.restart({ wipe: true });
    await isEmpty();
    expect((await events()).map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  });

  test('because the stream is not there, waits for it', async () => {
    await outbox();
    await parts.shift()?.stop();
    await (await bus.manager()).streams.delete('EVENTS');
    const waiting = row();
    const plain = row({ subject: PLAIN });
    await commit(waiting, plain);
    await makeDue();
    await until(async () => (await rowsLeft()) === 1, { what: 'what can be published is' });
    await begin(keepStreams(bus, { leaseMs: 60_000, replicas: 1 }));
    await isEmpty();
    expect((await events()).map(({ id }) => id)).toEqual([waiting.id]);
  });

  test('because there is too much of it at once, is published by the relay', async () => {
    const { publishNow } = await outbox();
    const rows = Array.from({ length: 2_500 }, () => row());
    await commit(...rows);
    publishNow(rows);
    await isEmpty();
    expect((await events()).length).toBe(2_500);
  });
});

describe('what is due later', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  test('is published by nobody before', async () => {
    const { publishNow } = await outbox();
    const later = row({ available_at: inAnHour() });
    const now = row();
    await commit(later, now);
    publishNow([later, now]);
    await until(async () => (await rowsLeft()) === 1, { what: 'the other one is published' });
    expect((await events()).map(({ id }) => id)).toEqual([now.id]);
  });

  test('is published when its time has come, the oldest first', async () => {
    const rows = [3, 1, 2].map((n) =>
      row({
        payload: `${n}`,
        available_at: new Date(Date.parse('2026-01-15T10:00:00.000Z') + n).toISOString(),
      }),
    );
    await commit(...rows);
    await outbox();
    await isEmpty();
    expect((await events()).map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });
});

test('two relays never publish the same row twice', async () => {
  const heard = new Map<string, number>();
  bus.nc.subscribe(PLAIN, {
    callback: (_, message) => void heard.set(message.string(), (heard.get(message.string()) ?? 0) + 1),
  });
  const rows = Array.from({ length: 3_000 }, (_, n) => row({ subject: PLAIN, payload: `${n}` }));
  for (let start = 0; start < rows.length; start += 500) await commit(...rows.slice(start, start + 500));
  await makeDue();
  await Promise.all([outbox(), outbox()]);
  await isEmpty();
  await until(() => heard.size === 3_000, { what: 'all are heard' });
  expect([...heard.values()].filter((times) => times !== 1)).toEqual([]);
});

test('a stop waits for what is on its way and leaves nothing that was published', async () => {
  const { publishNow, stop } = await outbox();
  parts.pop();
  const rows = Array.from({ length: 500 }, () => row());
  await commit(...rows);
  publishNow(rows);
  await stop();
  expect(await rowsLeft()).toBe(0);
  expect(await events()).toHaveLength(500);
});

test('a database that goes away meanwhile does no harm', async () => {
  const { publishNow } = await outbox();
  const rows = [row(), row()];
  await commit(...rows);
  publishNow(rows);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(db);
  await isEmpty();
  expect(await events()).toHaveLength(2);
});
