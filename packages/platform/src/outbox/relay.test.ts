import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newRowId } from '@parley/contracts/ids';
import { testBus, testDatabase, testService, until, type TestBus, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { connectBus, type Bus } from '../bus/connect.ts';
import { keepStreams } from '../bus/streams.ts';
import { createDatabase } from '../db/open-database.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Part } from '../runtime/part.ts';
import { Unavailable } from '../runtime/unavailable.ts';
import { addToOutbox } from './add.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { relayDueRows } from './relay.ts';
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

describe('a pass of the relay', () => {
  const WORK = 'work.send.normal.a';
  /** Oldest first. */
  const dueRows = (count: number, overrides: Partial<OutboxRow>) =>
    Array.from({ length: count }, (_, n) =>
      row({ available_at: new Date(1e12 + n).toISOString(), ...overrides }),
    );

  test('takes no more than 8 MB, and all of it is published in the end', async () => {
    const big = dueRows(80, { payload: JSON.stringify('x'.repeat(199_998)) });
    for (let start = 0; start < big.length; start += 20) await commit(...big.slice(start, start + 20));
    expect(await relayDueRows(db, bus)).toBe(true);
    expect(await rowsLeft()).toBe(40);
    await relayDueRows(db, bus);
    expect([await rowsLeft(), await relayDueRows(db, bus)]).toEqual([0, false]);
  });

  test('takes a row that is too big by itself, and tells when the bus takes nothing at all', async () => {
    await commit(row({ subject: PLAIN, payload: '{}', available_at: new Date(1e12).toISOString() }));
    await sql`update outbox set payload = repeat('x', 9000000)`.execute(db);
    await expect(relayDueRows(db, bus)).rejects.toBeInstanceOf(Unavailable);
    expect(
      (await sql`select from outbox where available_at < now() - interval '1 hour'`.execute(db)).rows,
    ).toEqual([]);
  });

  test('that the bus takes nothing of gives way to what stands behind it', async () => {
    const manager = await bus.manager();
    const { config } = await manager.streams.info('WORK');
    await parts.shift()?.stop();
    await manager.streams.update('WORK', { ...config, max_bytes: 1 });
    await commit(...dueRows(1_000, { subject: WORK }), ...dueRows(1_000, { subject: WORK }));
    const fact = row({ available_at: new Date(1.1e12).toISOString() });
    await commit(fact);
    await outbox();
    await until(async () => (await rowsLeft()) === 2_000, { what: 'the fact is published' });
    expect((await events()).map(({ id }) => id)).toEqual([fact.id]);
    // They are late since they were due first, however often they were put off.
    expect(await bus.metrics.expose()).toMatchObject({
      body: expect.stringMatching(/outbox_lag_seconds\{[^}]*\} \d{8}/),
    });
    await manager.streams.update('WORK', config);
    await isEmpty();
    await manager.streams.purge('WORK');
  });
});

test('how late the oldest row is can be seen also while the bus is down', async () => {
  await outbox();
  await server.kill();
  await until(() => !bus.connected(), { what: 'the loss is noticed' });
  await commit(row({ available_at: new Date(1e12).toISOString() }));
  const exposed = async () => (await bus.metrics.expose()).body;
  await until(async () => /outbox_lag_seconds\{[^}]*\} \d{8}/.test(await exposed()), {
    what: 'the lag is seen',
  });
  await server.restart();
  await isEmpty();
  await until(async () => /outbox_lag_seconds\{[^}]*\} 0\n/.test(await exposed()), { what: 'there is none' });
});
