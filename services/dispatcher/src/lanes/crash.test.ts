import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  acceptMessages,
  type AcceptItem,
  type AcceptReply,
} from '@parley/contracts/requests/accept-messages';
import { connectBus, requester, type Requester } from '@parley/platform/bus';
import { createDatabase, migrate } from '@parley/platform/db';
import {
  TEST_SECRETS_KEY,
  anAcceptItem,
  seedAccount,
  testBus,
  testPostgres,
  testService,
  until,
  type TestBus,
  type TestPostgres,
} from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { SMS } from '../fixtures/rows.ts';
import { QUICK_LEASES, startDispatcher, type RunningDispatcher } from '../fixtures/running-dispatcher.ts';
import { startProvider, type ScriptedProvider } from '../fixtures/scripted-provider.ts';

const SERVICES = join(import.meta.dirname, '../../..');
const COUNT = 300;
const service = testService('gateway', {});
const running: RunningDispatcher[] = [];

let server: TestBus;
let postgres: TestPostgres;
let provider: ScriptedProvider;
let db: Database;
let accept: Requester<AcceptItem, AcceptReply>;

beforeAll(async () => {
  [server, postgres, provider] = await Promise.all([testBus(), testPostgres(), startProvider()]);
  for (const schema of ['gateway', 'dispatcher'])
    await migrate({ url: postgres.url, schema, directory: join(SERVICES, schema, 'migrations') });
  await seedAccount(postgres.url, {
    connections: [
      { id: SMS, provider: 'sms-gateway', types: ['sms'], url: provider.url, rate_per_second: 100 },
    ],
  });
  db = createDatabase<DispatcherTables>({ url: postgres.url, schema: 'dispatcher' });
  service.config.NATS_URL = server.url;
  accept = requester(await connectBus(service), acceptMessages, { waitMs: 1, maxQueued: 5_000 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
  await sql`truncate message, attempt, outbox, waiting, lane`.execute(db);
  provider.accepted.clear();
});
afterAll(async () => {
  await service.stop();
  await db.destroy();
  await Promise.all([server.stop(), postgres.stop(), provider.stop()]);
});

function start(): RunningDispatcher {
  const dispatcher = startDispatcher({
    ...QUICK_LEASES,
    NATS_URL: server.url,
    DISPATCHER_DATABASE_URL: postgres.url,
    DIRECTORY_DATABASE_URL: postgres.url,
    SECRETS_KEY: TEST_SECRETS_KEY,
  });
  running.push(dispatcher);
  return dispatcher;
}

/** Accepts a campaign into a limited lane and waits until it is being sent. */
async function beginCampaign(): Promise<void> {
  const items = Array.from({ length: COUNT }, () => anAcceptItem());
  const replies = await Promise.all(
    items.map((item) => until(() => accept(item), { what: 'a dispatcher answers' })),
  );
  expect(replies.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
  await until(() => provider.accepted.size > 20, { what: 'it is being sent' });
}

async function expectAllSentOnce(): Promise<void> {
  await until(
    async () => (await sql`select from message where status = 'sent'`.execute(db)).rows.length === COUNT,
    { what: 'all are sent' },
  );
  expect(provider.accepted.size).toBe(COUNT);
  expect(Math.max(...provider.accepted.values())).toBe(1);
  expect((await sql`select from waiting`.execute(db)).rows).toEqual([]);
}

test('dispatchers are killed while they empty a lane: each message is sent once, none is lost', async () => {
  const [first, second] = [start(), start()];
  await beginCampaign();
  first.signal('SIGKILL');
  await first.ended;
  const before = provider.accepted.size;
  const [some, all] = [before + 20, COUNT];
  await until(() => provider.accepted.size >= Math.min(some, all), { what: 'the other one goes on' });
  second.signal('SIGKILL');
  await second.ended;
  start();
  await expectAllSentOnce();
});

test('the whole JetStream store is deleted: what waits in lanes never was there', async () => {
  start();
  await beginCampaign();
  await server.restart({ wipe: true });
  await expectAllSentOnce();
});

test('PostgreSQL is killed while a lane is emptied: each message is sent once, none is lost', async () => {
  start();
  await beginCampaign();
  await postgres.kill();
  await postgres.restart();
  await expectAllSentOnce();
});
