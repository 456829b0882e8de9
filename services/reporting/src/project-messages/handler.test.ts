import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import { newRowId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import {
  exportDispatcherMessages,
  exportIngestMessages,
  type ExportItem,
  type ExportPage,
} from '@parley/contracts/requests/export';
import { STREAMS } from '@parley/contracts/streams';
import {
  catchUp,
  connectBus,
  factsTexts,
  keepStreams,
  publish,
  respond,
  type Bus,
} from '@parley/platform/bus';
import { createDatabase } from '@parley/platform/db';
import { startParts, stopParts, type Part } from '@parley/platform/runtime';
import {
  aMessage,
  testBus,
  testDatabase,
  testService,
  until,
  type TestBus,
  type TestDatabase,
} from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { changeFact, contentFact } from './facts-fixtures.ts';
import { DURABLE, projectFacts } from './handler.ts';
import { forget, recounted, projections } from './projections-fixtures.ts';
import { createProjector } from './projector.ts';
import { createReplay } from './replay.ts';

let server: TestBus;
let database: TestDatabase;
let db: Kysely<ReportingTables>;

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
  db = createDatabase<ReportingTables>({ url: database.url, schema: 'reporting' });
});
afterAll(async () => {
  await db.destroy();
  await Promise.all([server.stop(), database.drop()]);
});

/** What the owners would tell; tests put in what must not be lost. */
let outbound: Message[];
let inbound: Message[];
let service: ReturnType<typeof aService>;
let bus: Bus;
let parts: Part[];

const aService = () => testService('reporting', { NATS_URL: server.url });

/** An owner that gives one message a page, so that a replay has to go on where it was. */
const owner = (messages: () => readonly Message[]) => async (items: readonly ExportItem[]) =>
  items.map(({ after }): ExportPage<Message> => {
    const sorted = messages().toSorted((one, two) => (one.id < two.id ? -1 : 1));
    const rest = sorted.filter(({ id }) => after === null || id > after.id);
    const [row] = rest;
    if (row === undefined) return { rows: [], next: null };
    return { rows: [row], next: rest.length > 1 ? { changed_at: row.created_at, id: row.id } : null };
  });

beforeEach(async () => {
  await forget(db);
  await sql`truncate position, dead_letter`.execute(db);
  [outbound, inbound] = [[], []];
  service = aService();
  bus = await connectBus(service);
  const projector = createProjector(db, service);
  parts = [
    keepStreams(bus, { leaseMs: 30_000, replicas: 1 }),
    respond(
      bus,
      exportDispatcherMessages,
      owner(() => outbound),
    ),
    respond(
      bus,
      exportIngestMessages,
      owner(() => inbound),
    ),
    projectFacts(bus, db, projector),
    catchUp(bus, {
      db,
      stream: STREAMS.events.name,
      durable: DURABLE,
      latestFact: projector.latestFact,
      replay: createReplay(bus, projector),
    }),
  ];
  await startParts(parts);
  await until(isCaughtUp, { what: 'the consumer has caught up' });
});
afterEach(async () => {
  await stopParts(parts, (_, error) => {
    throw error;
  });
  await service.stop();
});

const isCaughtUp = async (): Promise<boolean> => (await parts.at(-1)?.check?.()) === null;

async function tell(...facts: MessageFact[]): Promise<void> {
  for (const text of factsTexts(messageFacts, facts))
    await publish(bus, messageFacts.subject, text, newRowId());
}

const statuses = async (): Promise<string[]> => (await projections(db)).messages.map(({ status }) => status);

const untilListed = (count: number): Promise<unknown> =>
  until(async () => (await statuses()).length === count, { what: `${count} messages are listed` });

async function deadLetters() {
  return db.selectFrom('dead_letter').select(['kind', 'subject', 'payload', 'reason', 'attempts']).execute();
}

describe('facts on the bus', () => {
  test('are projected', async () => {
    const messages = Array.from({ length: 250 }, () => aMessage());
    await tell(...messages.map((message) => contentFact(message)));
    await tell(...messages.map((message) => changeFact(message, { status: 'sent' })));
    await until(async () => (await statuses()).filter((status) => status === 'sent').length === 250, {
      what: 'all are sent',
    });
    const { messages: _, ...counted } = await projections(db);
    expect(counted).toEqual(await recounted(db));
  });

  test('tell by a metric how far behind the projection is', async () => {
    await tell(contentFact(aMessage(), new Date(Date.now() - 5_000).toISOString()));
    await untilListed(1);
    const lag = await until(
      async () => /projection_lag_seconds\{[^}]*\} ([\d.]+)/.exec((await service.metrics.expose()).body)?.[1],
      { what: 'the lag is told' },
    );
    expect(Number(lag)).toBeGreaterThanOrEqual(5);
  });
});

describe('what cannot be projected becomes a dead letter', () => {
  test.each([
    ['a text that is not JSON', 'no\u0000 JSON', 'cannot be read: is not JSON'],
    ['a fact of no known kind', '{"v":1,"facts":[{"kind":"message.lost"}]}', 'cannot be read: facts.0.kind'],
    ['a version of the future', '{"v":2,"facts":[]}', 'cannot be read: v'],
  ])('%s', async (_, payload, reason) => {
    await publish(bus, messageFacts.subject, payload, newRowId());
    const kept = await until(async () => (await deadLetters())[0], { what: 'a dead letter is kept' });
    expect(kept).toMatchObject({ kind: 'fact', subject: messageFacts.subject, attempts: 1 });
    expect(kept.payload).toBe(payload.replace('\u0000', '\uFFFD'));
    expect(kept.reason).toContain(reason);
  });

  test('a fact that PostgreSQL refuses, and no other of its batch', async () => {
    const bad = [
      aMessage({ body: 'with\u0000NUL' }),
      aMessage({ timestamp: '0000-01-01T00:00:00.000Z' }),
      aMessage({ from: Array.from({ length: 1_000 }, newRowId).join('') }),
    ];
    const good = [aMessage(), aMessage()];
    for (const message of bad) await tell(contentFact(good[0] ?? message), contentFact(message));
    await tell(contentFact(good[1] ?? aMessage()));
    await untilListed(2);
    await until(async () => (await deadLetters()).length === 3, { what: 'three dead letters are kept' });
    expect((await deadLetters()).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });
});

describe('what the bus has lost', () => {
  test('is caught up from the owners when the whole store is wiped', async () => {
    const [before, lost, received] = [
      aMessage(),
      aMessage({ status: 'delivered' }),
      aMessage({ direction: 'inbound', status: 'received' }),
    ];
    await tell(contentFact(before));
    await untilListed(1);
    [outbound, inbound] = [[before, lost], [received]];
    await server.restart({ wipe: true });
    await untilListed(3);
    expect((await statuses()).toSorted()).toEqual(['delivered', 'queued', 'received']);
    const after = aMessage();
    await until(() => tell(contentFact(after)).then(() => true), { what: 'the stream is back' });
    await untilListed(4);
  });

  test('is caught up when the server restarts, and what is told twice changes nothing', async () => {
    const messages = [aMessage(), aMessage()];
    await tell(...messages.map((message) => contentFact(message)));
    await untilListed(2);
    const before = await projections(db);
    outbound = messages;
    const replays = async () =>
      /catch_ups_total\{[^}]*\} (\d+)/.exec((await service.metrics.expose()).body)?.[1];
    const count = Number(await replays());
    await server.kill();
    await server.restart();
    await until(async () => Number(await replays()) > count, { what: 'the owners were asked again' });
    expect(await projections(db)).toEqual(before);
  });

  test('is rebuilt from the owners when the projections are dropped', async () => {
    const messages = [aMessage(), aMessage(), aMessage()];
    await tell(...messages.map((message) => contentFact(message)));
    await untilListed(3);
    const before = await projections(db);
    outbound = messages;
    await forget(db);
    await sql`truncate position`.execute(db);
    await untilListed(3);
    expect(await projections(db)).toEqual(before);
  });
});
