import { afterAll } from '@jest/globals';
import { newMessageId, type MessageId } from '@parley/contracts/ids';
import {
  acceptMessages,
  type AcceptItem,
  type AcceptReply,
} from '@parley/contracts/requests/accept-messages';
import { connectBus, requester, type Bus, type Requester } from '@parley/platform/bus';
import {
  TEST_SECRETS_KEY,
  anAcceptItem,
  openTestDatabase,
  seedAccount,
  testBus,
  testService,
  until,
  type AcceptOverrides,
  type AccountSeed,
} from '@parley/testkit';
import type { Database, DispatcherTables } from '../database.ts';
import { startDispatcher, type RunningDispatcher } from './running-dispatcher.ts';
import { startProvider, type ScriptedProvider, type Step } from './scripted-provider.ts';

/** Dispatchers in processes of their own, beside a bus, a database and a provider of a test file's own. */
export interface Dispatching {
  /** Superuser URL. */
  url: string;
  db: Database;
  bus: Bus;
  provider: ScriptedProvider;
  accept: Requester<AcceptItem, AcceptReply>;
  /** Starts one more, with this further environment; all are stopped after the file's tests. */
  start(environment?: Record<string, string>): RunningDispatcher;
  /** Stops all that were started. */
  stopAll(): Promise<void>;
  /** Sends a message to a recipient of its own, with whom the provider deals as told. */
  send(steps: readonly Step[], overrides?: AcceptOverrides): Promise<MessageId>;
}

/** Starts everything but a dispatcher, with an account whose connections lead to the provider; after the file's tests all is stopped. */
export async function dispatching(accountWith: (provider: string) => AccountSeed): Promise<Dispatching> {
  const [server, provider] = await Promise.all([testBus(), startProvider()]);
  const { db, url, close } = await openTestDatabase<DispatcherTables>('dispatcher');
  await seedAccount(url, accountWith(provider.url));
  const service = testService('gateway', { NATS_URL: server.url });
  const bus = await connectBus(service);
  const accept = requester(bus, acceptMessages, { waitMs: 1, maxQueued: 5_000, timeoutMs: 60_000 });
  const { start, stopAll } = dispatchersOn({
    NATS_URL: server.url,
    DISPATCHER_DATABASE_URL: url,
    DIRECTORY_DATABASE_URL: url,
    SECRETS_KEY: TEST_SECRETS_KEY,
  });
  afterAll(async () => {
    await stopAll();
    await service.stop();
    await close();
    await Promise.all([server.stop(), provider.stop()]);
  });
  return { url, db, bus, provider, accept, start, stopAll, send: sender(provider, accept) };
}

function dispatchersOn(places: Record<string, string>): Pick<Dispatching, 'start' | 'stopAll'> {
  const running: RunningDispatcher[] = [];
  return {
    start: (environment = {}) => {
      const dispatcher = startDispatcher({ ...places, ...environment });
      running.push(dispatcher);
      return dispatcher;
    },
    stopAll: async () => {
      await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
    },
  };
}

function sender(provider: ScriptedProvider, accept: Dispatching['accept']): Dispatching['send'] {
  let recipients = 0;
  return async (steps, overrides = {}) => {
    recipients += 1;
    const to = `+1212555${String(recipients).padStart(4, '0')}`;
    provider.script(to, steps);
    const id = newMessageId();
    const item = anAcceptItem({ id, to, ...overrides });
    const { outcome } = await until(() => accept(item), { what: 'the dispatcher answers' });
    if (outcome !== 'accepted') throw new Error(`the message is not accepted but ${outcome}`);
    return id;
  };
}
