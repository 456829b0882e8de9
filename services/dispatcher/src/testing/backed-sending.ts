import { afterAll, afterEach, beforeEach } from '@jest/globals';
import { accountId, connectionId, newMessageId, type MessageId } from '@parley/contracts/ids';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import { queryConnections, type ConnectionHealth } from '@parley/contracts/requests/query-connections';
import { connectBus, requester, type Requester } from '@parley/platform/bus';
import {
  TEST_SECRETS_KEY,
  anAcceptItem,
  openTestDatabase,
  seedAccount,
  testBus,
  testService,
  type AcceptOverrides,
} from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { observedSending, type ObservedSending } from './observed-sending.ts';
import { startDispatcher, type RunningDispatcher } from './running-dispatcher.ts';
import { startProvider, type ScriptedProvider } from './scripted-provider.ts';

export const [FIRST, SECOND] = [connectionId.parse('first'), connectionId.parse('second')];
/** An account with one connection for SMS, `first`, and one with another for when its `second` fails. */
export const [ALONE, BACKED] = [accountId.parse('alone'), accountId.parse('backed')];

/** A dispatcher in a process of its own, anew for each test, that sends for both accounts. */
export interface BackedSending {
  /** `other` is behind every connection that is neither `first` nor `second`. */
  providers: Record<'first' | 'second' | 'other', ScriptedProvider>;
  db: Database;
  sending: ObservedSending;
  health: Requester<Pick<ConnectionHealth, 'connection_id'>, ConnectionHealth>;
  /** Sends a message to a recipient of its own; of `alone`, unless told otherwise. */
  send(overrides?: AcceptOverrides): Promise<MessageId>;
  sendMany(count: number, overrides?: AcceptOverrides): Promise<MessageId[]>;
}

/** Starts everything but the dispatcher, whose further environment is given; after the file's tests all is stopped. */
export async function backedSending(environment: Record<string, string> = {}): Promise<BackedSending> {
  const server = await testBus();
  const database = await openTestDatabase<DispatcherTables>('dispatcher');
  const { db, url } = database;
  const [first, second, other] = await Promise.all([startProvider(), startProvider(), startProvider()]);
  const providers = { first, second, other };
  await seedAccounts(url, providers);
  const service = testService('gateway', { NATS_URL: server.url });
  const bus = await connectBus(service);
  const accept = requester(bus, acceptMessages, { waitMs: 1, maxQueued: 5_000 });
  const sending = observedSending({ db, accept });

  let dispatcher: RunningDispatcher;
  beforeEach(() => {
    dispatcher = startDispatcher({
      NATS_URL: server.url,
      DISPATCHER_DATABASE_URL: url,
      DIRECTORY_DATABASE_URL: url,
      SECRETS_KEY: TEST_SECRETS_KEY,
      PROVIDER_CONNECTIONS: '16',
      ...environment,
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
    await database.close();
    await Promise.all([server.stop(), ...Object.values(providers).map((provider) => provider.stop())]);
  });

  const send = sender(sending);
  return {
    providers,
    db,
    sending,
    health: requester(bus, queryConnections, { waitMs: 1, maxQueued: 100 }),
    send,
    sendMany: (count, overrides) => Promise.all(Array.from({ length: count }, () => send(overrides))),
  };
}

async function seedAccounts(
  url: string,
  { first, second, other }: BackedSending['providers'],
): Promise<void> {
  const sms = { provider: 'sms-gateway', types: ['sms' as const] };
  const mail = { id: 'mail', provider: 'mail-gateway', types: ['email' as const], url: other.url };
  await seedAccount(url, { id: ALONE, connections: [{ ...sms, id: FIRST, url: first.url }, mail] });
  await seedAccount(url, {
    id: BACKED,
    connections: [
      { ...sms, id: SECOND, url: second.url },
      { ...sms, id: 'backup', url: other.url, priority: 1 },
    ],
  });
}

function sender(sending: ObservedSending): BackedSending['send'] {
  let recipients = 0;
  return (overrides = {}) => {
    recipients += 1;
    const to = `+1212555${String(recipients).padStart(4, '0')}`;
    return sending.send(anAcceptItem({ account_id: ALONE, id: newMessageId(), to, ...overrides }));
  };
}
