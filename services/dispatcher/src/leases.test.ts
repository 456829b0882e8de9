import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { newMessageId, type MessageId } from '@parley/contracts/ids';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import { connectBus, requester } from '@parley/platform/bus';
import { createDatabase } from '@parley/platform/db';
import {
  TEST_SECRETS_KEY,
  anAcceptItem,
  seedAccount,
  testBus,
  testDatabase,
  testService,
  until,
  type TestBus,
  type TestDatabase,
} from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from './database.ts';
import { observedSending, type ObservedSending } from './testing/observed-sending.ts';
import { attemptRows, messageRow, SMS } from './testing/rows.ts';
import { startDispatcher, type RunningDispatcher } from './testing/running-dispatcher.ts';
import { startProvider, type ScriptedProvider, type Step } from './testing/scripted-provider.ts';

const TO = '+12125550001';
const service = testService('gateway', {});
const running: RunningDispatcher[] = [];

let server: TestBus;
let database: TestDatabase;
let provider: ScriptedProvider;
let db: Database;
let sending: ObservedSending;

beforeAll(async () => {
  [server, database, provider] = await Promise.all([testBus(), testDatabase(), startProvider()]);
  await seedAccount(database.url, {
    connections: [{ id: SMS, provider: 'sms-gateway', types: ['sms'], url: provider.url }],
  });
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher' });
  service.config.NATS_URL = server.url;
  const accept = requester(await connectBus(service), acceptMessages, { waitMs: 1, maxQueued: 100 });
  sending = observedSending({ db, accept });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
});
afterAll(async () => {
  await service.stop();
  await db.destroy();
  await Promise.all([server.stop(), database.drop(), provider.stop()]);
});

function start(): RunningDispatcher {
  const dispatcher = startDispatcher({
    NATS_URL: server.url,
    DISPATCHER_DATABASE_URL: database.url,
    DIRECTORY_DATABASE_URL: database.url,
    SECRETS_KEY: TEST_SECRETS_KEY,
    // Nothing ends by itself while a test runs: leases do when it says so.
    LEASE_MS: '100000',
    PROVIDER_TIMEOUT_MS: '90000',
    // The bus may give work to who sleeps: it is asked for again by somebody awake.
    QUEUED_STALE_MS: '1000',
  });
  running.push(dispatcher);
  return dispatcher;
}

/** Sends a message with which the provider deals as told, once it has been called for it. */
async function sendUntilCalled(step: Step): Promise<MessageId> {
  provider.script(TO, [step]);
  const id = await sending.send(anAcceptItem({ id: newMessageId(), to: TO }));
  await until(() => provider.accepted.get(id) === 1, { what: 'the provider has taken the message' });
  return id;
}

const endLease = (id: MessageId) =>
  sql`update message set stale_after = now() - interval '1 s' where id = ${id}`.execute(db);

test('killed between the call and its record, the message is sent once and found out', async () => {
  const killed = start();
  const id = await sendUntilCalled({ answer: 'never' });
  killed.signal('SIGKILL');
  expect(await killed.ended).toBe('SIGKILL');
  await endLease(id);
  start();
  await sending.isSent(id);
  expect(provider.accepted.get(id)).toBe(1);
  expect(await attemptRows(db, id)).toMatchObject([
    { outcome: 'unknown', detail: 'lease_expired' },
    { outcome: 'accepted' },
  ]);
});

test('stopped past its lease and woken up again, it changes nothing that another one did meanwhile', async () => {
  const release = Promise.withResolvers<void>();
  const sleeper = start();
  const id = await sendUntilCalled({ answer: release.promise });
  sleeper.signal('SIGSTOP');
  await endLease(id);
  start();
  await sending.isSent(id);
  release.resolve();
  sleeper.signal('SIGCONT');
  await until(async () => (await attemptRows(db, id))[0]?.detail !== 'lease_expired', {
    what: 'the late end of the first call is recorded',
  });
  expect(await messageRow(db, id)).toMatchObject({ status: 'sent', attempt_no: 2 });
  expect(provider.accepted.get(id)).toBe(1);
});
