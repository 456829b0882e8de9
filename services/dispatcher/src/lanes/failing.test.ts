import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, connectionId, newMessageId, type MessageId } from '@parley/contracts/ids';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import {
  queryConnections,
  type BreakerState,
  type ConnectionHealth,
} from '@parley/contracts/requests/query-connections';
import { connectBus, requester, type Requester } from '@parley/platform/bus';
import { createDatabase } from '@parley/platform/db';
import {
  TEST_SECRETS_KEY,
  anAcceptItem,
  seedAccount,
  testBus,
  testDatabase,
  testService,
  until,
  type AcceptOverrides,
  type TestBus,
  type TestDatabase,
} from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { observedSending, type ObservedSending } from '../fixtures/observed-sending.ts';
import { messageRow } from '../fixtures/rows.ts';
import { startDispatcher, type RunningDispatcher } from '../fixtures/running-dispatcher.ts';
import { startProvider, type ScriptedProvider, type Step } from '../fixtures/scripted-provider.ts';
import { idsInLanes } from '../fixtures/waiting-messages.ts';

const service = testService('gateway', {});
const [FIRST, SECOND] = [connectionId.parse('first'), connectionId.parse('second')];
/** An account with one connection, and one with another for when the first fails. */
const [ALONE, BACKED] = [accountId.parse('alone'), accountId.parse('backed')];

let server: TestBus;
let database: TestDatabase;
let providers: Record<'first' | 'second' | 'other', ScriptedProvider>;
let db: Database;
let dispatcher: RunningDispatcher;
let sending: ObservedSending;
let health: Requester<Pick<ConnectionHealth, 'connection_id'>, ConnectionHealth>;

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
  const [first, second, other] = await Promise.all([startProvider(), startProvider(), startProvider()]);
  providers = { first, second, other };
  const sms = { provider: 'sms-gateway', types: ['sms' as const] };
  const mail = { id: 'mail', provider: 'mail-gateway', types: ['email' as const], url: other.url };
  await seedAccount(database.url, { id: ALONE, connections: [{ ...sms, id: FIRST, url: first.url }, mail] });
  await seedAccount(database.url, {
    id: BACKED,
    connections: [
      { ...sms, id: SECOND, url: second.url },
      { ...sms, id: 'backup', url: other.url, priority: 1 },
    ],
  });
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher' });
  service.config.NATS_URL = server.url;
  const bus = await connectBus(service);
  const accept = requester(bus, acceptMessages, { waitMs: 1, maxQueued: 5_000 });
  sending = observedSending({ db, accept, until });
  health = requester(bus, queryConnections, { waitMs: 1, maxQueued: 100 });
});
beforeEach(() => {
  dispatcher = startDispatcher({
    NATS_URL: server.url,
    DISPATCHER_DATABASE_URL: database.url,
    DIRECTORY_DATABASE_URL: database.url,
    SECRETS_KEY: TEST_SECRETS_KEY,
    LEASE_MS: '100000',
    PROVIDER_TIMEOUT_MS: '90000',
    PROVIDER_CONNECTIONS: '16',
  });
});
afterEach(async () => {
  dispatcher.signal('SIGKILL');
  await dispatcher.ended;
  await sql`truncate message, attempt, outbox, note, waiting, lane, breaker`.execute(db);
  for (const provider of Object.values(providers)) {
    provider.otherwise({ answer: 200 });
    provider.calls.splice(0);
  }
});
afterAll(async () => {
  await service.stop();
  await db.destroy();
  await Promise.all([server.stop(), database.drop(), ...Object.values(providers).map((one) => one.stop())]);
});

let recipients = 0;
/** Sends a message to a recipient of its own; of `alone`, unless told otherwise. */
function send(overrides: AcceptOverrides = {}): Promise<MessageId> {
  const to = `+1212555${String((recipients += 1)).padStart(4, '0')}`;
  return sending.send(anAcceptItem({ account_id: ALONE, id: newMessageId(), to, ...overrides }));
}
const sendMany = (count: number, overrides: AcceptOverrides = {}): Promise<MessageId[]> =>
  Promise.all(Array.from({ length: count }, () => send(overrides)));
/** Keeps open breakers open until `endOpen`. */
const keepOpen = () => sql`update breaker set open_until = now() + interval '1 hour'`.execute(db);
/** Lets the time of open breakers pass. */
const endOpen = () => sql`update breaker set open_until = now()`.execute(db);
const isBreaker = (state: BreakerState, connection_id = FIRST) =>
  until(async () => (await health({ connection_id })).breaker === state, {
    what: `its breaker is ${state}`,
  });

describe('a connection that fails too often', () => {
  test('is left alone, and what waits for it costs nothing; one message tries whether it is back', async () => {
    providers.first.otherwise({ answer: 500 });
    await sendMany(25);
    await isBreaker('open');
    await keepOpen();
    const later = await send();
    await sending.waits(later);
    expect(await messageRow(db, later)).toMatchObject({ status: 'queued', attempts_spent: 0 });
    await until(async () => (await idsInLanes(db)).length === 26, {
      what: 'all wait in their lane',
    });
    const calls = providers.first.calls.length;
    await endOpen();
    await until(() => providers.first.calls.length > calls, { what: 'one tries' });
    await isBreaker('open');
    expect(providers.first.calls.length).toBe(calls + 1);
    providers.first.otherwise({ answer: 200 });
    await endOpen();
    await isBreaker('closed');
    await sending.isSent(later);
    await until(async () => (await idsInLanes(db)).length === 0, { what: 'nobody waits' });
  });

  test('is passed over while another one is well, and tried by what comes', async () => {
    providers.second.otherwise({ answer: 500 });
    const ids = await sendMany(30, { account_id: BACKED });
    await Promise.all(ids.map(sending.isSent));
    await isBreaker('open', SECOND);
    await keepOpen();
    const calls = providers.second.calls.length;
    await sending.isSent(await send({ account_id: BACKED }));
    expect(providers.second.calls.length).toBe(calls);
    providers.second.otherwise({ answer: 200 });
    await endOpen();
    await until(
      async () => {
        await sending.isSent(await send({ account_id: BACKED }));
        return (await health({ connection_id: SECOND })).breaker === 'closed';
      },
      { what: 'it is back' },
    );
    expect(providers.second.calls.length).toBeGreaterThan(calls);
  });
});

test('two providers that answer nothing do not hold up a third', async () => {
  const silent: Step = { answer: new Promise<void>(() => {}) };
  providers.first.otherwise(silent);
  providers.second.otherwise(silent);
  await Promise.all([sendMany(700), sendMany(700, { account_id: BACKED })]);
  await until(() => providers.first.calls.length >= 16 && providers.second.calls.length >= 16, {
    what: 'both have as many calls as they can have',
  });
  const mail = { type: 'email', from: 'me@alone.test', to: 'you@example.test' } as const;
  const [first, second] = [providers.first.calls.length, providers.second.calls.length];
  const ids = await sendMany(20, mail);
  await Promise.all(ids.map(sending.isSent));
  // Not because the others had finished: nothing that they were asked since was answered.
  expect([providers.first.calls.length, providers.second.calls.length]).toEqual([first, second]);
});
