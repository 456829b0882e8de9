import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { newRowId } from '@parley/contracts/ids';
import { testBus, testDatabase, testService, until, type TestBus, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { connectBus, type Bus } from '../../bus/connect.ts';
import { keepStreams } from '../../bus/streams.ts';
import { createDatabase } from '../../db/open-database.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Part } from '../../runtime/part.ts';
import { addToOutbox } from '../add.ts';
import { createOutbox, type Outbox } from '../outbox.ts';
import type { OutboxRow } from '../row.ts';

type Db = Kysely<Record<never, never>>;

/** An outbox on servers of the file's own, with a connection and streams of each test's own. */
export interface WatchedOutbox {
  server(): TestBus;
  db(): Db;
  bus(): Bus;
  /** What runs, the keeper of the streams first; what is taken out is not stopped after the test. */
  parts(): Part[];
  /** Starts a part, to be stopped after the test. */
  begin<Started extends Part>(part: Started): Promise<Started>;
  /** Starts the outbox. */
  start(): Promise<Outbox>;
  commit(...rows: OutboxRow[]): Promise<void>;
  rowsLeft(): Promise<number>;
  untilEmpty(): Promise<void>;
  /** What the stream of facts holds, in its order. */
  events(): Promise<{ id: string | undefined; payload: string }[]>;
}

/** A fact to be told at once, unless told otherwise. */
export function aRow(overrides: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: newRowId(),
    subject: 'event.message.v1',
    payload: '{}',
    available_at: null,
    message_id: null,
    ...overrides,
  };
}

/** Has everything ready before each test of a file, and stops it afterwards. */
export function watchedOutbox(): WatchedOutbox {
  let server: TestBus;
  let database: TestDatabase;
  let db: Db;
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
  return {
    server: () => server,
    db: () => db,
    bus: () => bus,
    parts: () => parts,
    begin,
    start: () => begin(createOutbox(db, bus)),
    commit: (...rows) => inTransaction(db, (trx) => addToOutbox(trx, rows)),
    rowsLeft: () => rowsIn(db),
    untilEmpty: async () =>
      void (await until(async () => (await rowsIn(db)) === 0, { what: 'the outbox is empty' })),
    events: () => eventsOn(bus),
  };
}

async function rowsIn(db: Db): Promise<number> {
  return (await sql<{ count: number }>`select count(*) from outbox`.execute(db)).rows[0]?.count ?? -1;
}

async function eventsOn(bus: Bus): Promise<{ id: string | undefined; payload: string }[]> {
  const manager = await bus.manager();
  const { last_seq } = (await manager.streams.info('EVENTS')).state;
  const sequences = Array.from({ length: last_seq }, (_, index) => index + 1);
  const stored = await Promise.all(sequences.map((seq) => manager.streams.getMessage('EVENTS', { seq })));
  return stored.map((message) => ({
    id: message?.header.get('Nats-Msg-Id'),
    payload: message?.string() ?? '',
  }));
}
