import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { exportIngestMessages, exportReceipts } from '@parley/contracts/requests/export';
import { readIngestMessages } from '@parley/contracts/requests/read-messages';
import { receiveWebhooks } from '@parley/contracts/requests/receive-webhooks';
import { connectBus, requester, type Bus } from '@parley/platform/bus';
import {
  TEST_SECRETS_KEY,
  ANY_ACCOUNT,
  seedAccount,
  testBus,
  testDatabase,
  testService,
  until,
  type TestBus,
  type TestDatabase,
} from '@parley/testkit';
import { aReceipt, aWebhook, anSms, SMS } from './receive-webhooks/webhook-fixtures.ts';

let server: TestBus;
let database: TestDatabase;
let service: ReturnType<typeof testService>;
let bus: Bus;
const instances: ChildProcess[] = [];

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
  await seedAccount(database.url, { connections: [SMS] });
  service = testService('gateway', { NATS_URL: server.url });
  bus = await connectBus(service);
});
afterAll(async () => {
  for (const instance of instances) instance.kill('SIGKILL');
  await service.stop();
  await Promise.all([server.stop(), database.drop()]);
});

function startInstance(): ChildProcess {
  const instance = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NATS_URL: server.url,
      INGEST_DATABASE_URL: database.url,
      DIRECTORY_DATABASE_URL: database.url,
      SECRETS_KEY: TEST_SECRETS_KEY,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  instances.push(instance);
  return instance;
}

/** Resolves when the log says that the instance has started; reads on, so that it never waits for a reader. */
function started(instance: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    instance.stdout?.on('data', (lines: Buffer) => {
      if (lines.includes('"msg":"started"')) resolve();
    });
  });
}

test('two instances store an event once, answer what they have stored, and end when they are told to', async () => {
  const options = { waitMs: 0, maxQueued: 100, concurrency: 20 };
  const [receive, read, messages, receipts] = [
    requester(bus, receiveWebhooks, options),
    requester(bus, readIngestMessages, options),
    requester(bus, exportIngestMessages, options),
    requester(bus, exportReceipts, options),
  ];
  const running = [startInstance(), startInstance()];
  await Promise.all(running.map(started));
  const warmUp = aWebhook(SMS, aReceipt());
  expect(await until(() => receive(warmUp), { what: 'somebody answers' })).toEqual({ outcome: 'accepted' });

  const webhook = aWebhook(SMS, anSms());
  // Each in a request of its own, so that both instances get some.
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => requester(bus, receiveWebhooks, options)(webhook)),
  );
  expect(replies.filter((reply) => reply.outcome === 'accepted')).toHaveLength(1);
  expect(replies.filter((reply) => reply.outcome === 'duplicate')).toHaveLength(19);

  const everything = { since: new Date(0).toISOString(), after: null, limit: 10 };
  const { rows } = await messages(everything);
  expect(rows).toMatchObject([
    { account_id: ANY_ACCOUNT, provider: 'sms', provider_message_id: 'message-1' },
  ]);
  const [message] = rows;
  if (message === undefined) throw new Error('nothing was stored');
  expect(await read({ account_id: ANY_ACCOUNT, message_id: message.id })).toEqual(message);
  expect((await receipts(everything)).rows).toMatchObject([
    { provider_message_id: 'ref-1', status: 'delivered' },
  ]);

  const exits = running.map((instance) => once(instance, 'exit'));
  for (const instance of running) instance.kill('SIGTERM');
  expect(await Promise.all(exits)).toEqual([
    [0, null],
    [0, null],
  ]);
});
