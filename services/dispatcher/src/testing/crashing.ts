import { join } from 'node:path';
import { afterAll, afterEach } from '@jest/globals';
import {
  acceptMessages,
  type AcceptItem,
  type AcceptReply,
} from '@parley/contracts/requests/accept-messages';
import { connectBus, requester, type Requester } from '@parley/platform/bus';
import { createDatabase, migrate } from '@parley/platform/db';
import {
  TEST_SECRETS_KEY,
  seedAccount,
  testBus,
  testPostgres,
  testService,
  type TestBus,
  type TestPostgres,
} from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { SMS } from './rows.ts';
import { QUICK_LEASES, startDispatcher, type RunningDispatcher } from './running-dispatcher.ts';
import { startProvider, type ScriptedProvider } from './scripted-provider.ts';

const SERVICES = join(import.meta.dirname, '../../..');

/** Servers of a test file's own, which it may kill, and a provider that counts what it sends. */
export interface Crashing {
  server: TestBus;
  postgres: TestPostgres;
  provider: ScriptedProvider;
  db: Database;
  accept: Requester<AcceptItem, AcceptReply>;
  /** Starts one more dispatcher with quick leases; all are stopped after each test. */
  start(): RunningDispatcher;
}

/** Starts them, with one connection that sends so many messages per second; after the file's tests all is stopped. */
export async function crashing({ ratePerSecond }: { ratePerSecond: number | null }): Promise<Crashing> {
  const [server, postgres, provider] = await Promise.all([testBus(), testPostgres(), startProvider()]);
  for (const schema of ['gateway', 'dispatcher'])
    await migrate({ url: postgres.url, schema, directory: join(SERVICES, schema, 'migrations') });
  const sms = { id: SMS, provider: 'sms-gateway', types: ['sms' as const], url: provider.url };
  await seedAccount(postgres.url, { connections: [{ ...sms, rate_per_second: ratePerSecond }] });
  const db = createDatabase<DispatcherTables>({ url: postgres.url, schema: 'dispatcher' });
  const service = testService('gateway', { NATS_URL: server.url });
  const accept = requester(await connectBus(service), acceptMessages, { waitMs: 1, maxQueued: 5_000 });
  const running: RunningDispatcher[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
    await sql`truncate message, attempt, outbox, unmatched_receipt, position, waiting, lane`.execute(db);
    provider.accepted.clear();
  });
  afterAll(async () => {
    await service.stop();
    await db.destroy();
    await Promise.all([server.stop(), postgres.stop(), provider.stop()]);
  });
  const start = (): RunningDispatcher => {
    const dispatcher = startDispatcher({
      ...QUICK_LEASES,
      NATS_URL: server.url,
      DISPATCHER_DATABASE_URL: postgres.url,
      DIRECTORY_DATABASE_URL: postgres.url,
      SECRETS_KEY: TEST_SECRETS_KEY,
    });
    running.push(dispatcher);
    return dispatcher;
  };
  return { server, postgres, provider, db, accept, start };
}
