import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, connectionId, newMessageId, type MessageId } from '@parley/contracts/ids';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import { queryConnections, type ConnectionHealth } from '@parley/contracts/requests/query-connections';
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
import { attemptRows, messageRow } from '../fixtures/rows.ts';
import { startDispatcher, type RunningDispatcher } from '../fixtures/running-dispatcher.ts';
import { startProvider, type ScriptedProvider, type Step } from '../fixtures/scripted-provider.ts';
import { idsInLanes } from '../fixtures/waiting-messages.ts';
import { EVERY_SENDER } from './lane.ts';

const service = testService('gateway', {});
const [FIRST, SECOND] = [connectionId.parse('first'), connectionId.parse('second')];
/** An account with one connection, and one with another for when the first fails. */
const [ALONE, BACKED] = [accountId.parse('alone'), accountId.parse('backed')];
const LONG_S = 3_000;

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
/** Lets the time of all pauses pass. */
const endPauses = () => sql`update lane set paused_until = now()`.execute(db);
/** Pauses a lane without telling anybody. */
const pauseSilently = (connection: string, sender: string) =>
  sql`insert into lane (connection_id, sender, paused_until, reason)
    values (${connection}, ${sender}, now() + interval '1 hour', 'throttled')`.execute(db);

describe('a 429', () => {
  const throttle: Step = { answer: 429, retryAfterSeconds: LONG_S };

  test('pauses the lane of its sender, and nobody else', async () => {
    providers.first.otherwise(throttle);
    const id = await send();
    await sending.waits(id);
    providers.first.otherwise({ answer: 200 });
    const later = await send();
    await sending.waits(later);
    await sending.isSent(await send({ from: '+12125550101' }));
    expect(await messageRow(db, id)).toMatchObject({
      status: 'queued',
      status_reason: 'throttled',
      attempts_spent: 0,
    });
    expect(await attemptRows(db, later)).toEqual([]);
  });

  test('is over when its time is', async () => {
    providers.first.otherwise(throttle);
    const first = await send();
    await sending.waits(first);
    providers.first.otherwise({ answer: 200 });
    const second = await send();
    await sending.waits(second);
    await endPauses();
    await Promise.all([sending.isSent(first), sending.isSent(second)]);
    expect(await sending.callsOf(first)).toEqual(['first throttled', 'first accepted']);
    expect(await sending.callsOf(second)).toEqual(['first accepted']);
  });

  test('holds also for a dispatcher that has not heard of it', async () => {
    await pauseSilently(FIRST, anAcceptItem().from);
    await sending.isSent(await send({ from: '+12125550101' }));
    const ids = await sendMany(3);
    await Promise.all(ids.map(sending.waits));
    await endPauses();
    await Promise.all(ids.map(sending.isSent));
    for (const id of ids) expect(await sending.callsOf(id)).toEqual(['first accepted']);
  });

  test('does not keep a message from ending in time', async () => {
    providers.first.otherwise(throttle);
    await sending.waits(await send());
    const id = await send({ valid_for: 1 });
    await until(async () => (await messageRow(db, id)).status === 'expired', { what: 'the message expires' });
    expect(await idsInLanes(db)).not.toContain(id);
  });
});

describe('a connection that is away as a whole', () => {
  test('keeps the messages of every sender waiting, if there is no other', async () => {
    providers.first.otherwise({ answer: 503, retryAfterSeconds: LONG_S });
    await send();
    await until(async () => (await health({ connection_id: FIRST })).paused_until !== null, {
      what: 'it is paused',
    });
    const other = await send({ from: '+12125550101' });
    await sending.waits(other);
    expect(await attemptRows(db, other)).toEqual([]);
    const { breaker, reason, waiting } = await health({ connection_id: FIRST });
    expect([breaker, reason]).toEqual(['closed', 'unavailable']);
    // The first one too, once its backoff is over.
    expect(waiting).toBeGreaterThan(0);
  });

  test('is passed over while another one is well, at once and by all that come', async () => {
    providers.second.otherwise({ answer: 503, retryAfterSeconds: LONG_S });
    const first = await send({ account_id: BACKED });
    await sending.isSent(first);
    expect(await sending.callsOf(first)).toEqual(['second unavailable', 'backup accepted']);
    const second = await send({ account_id: BACKED });
    await sending.isSent(second);
    expect(await sending.callsOf(second)).toEqual(['backup accepted']);
  });

  test('gives what waits for it to another one that is well', async () => {
    await pauseSilently(SECOND, anAcceptItem().from);
    await sending.isSent(await send({ account_id: BACKED, from: '+12125550101' }));
    const ids = await sendMany(5, { account_id: BACKED });
    await Promise.all(ids.map(sending.waits));
    await pauseSilently(SECOND, EVERY_SENDER);
    await Promise.all(ids.map(sending.isSent));
    for (const id of ids) expect(await sending.callsOf(id)).toEqual(['backup accepted']);
  });
});
