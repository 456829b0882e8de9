import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { messageFacts } from '@parley/contracts/facts/message-facts';
import { newRowId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { exportDispatcherMessages, exportIngestMessages } from '@parley/contracts/requests/export';
import { queryConversations } from '@parley/contracts/requests/query-conversations';
import { NO_CONDITIONS, queryMessages } from '@parley/contracts/requests/query-messages';
import { queryStats } from '@parley/contracts/requests/query-stats';
import { connectBus, factsTexts, keepStreams, publish, requester, respond } from '@parley/platform/bus';
import { startParts, stopParts, type Part } from '@parley/platform/runtime';
import {
  aMessage,
  ANY_ACCOUNT,
  seedAccount,
  testBus,
  testDatabase,
  testService,
  until,
  type TestBus,
  type TestDatabase,
} from '@parley/testkit';
import { contentFact } from './project-messages/facts-fixtures.ts';

let server: TestBus;
let database: TestDatabase;
let service: ReturnType<typeof testService>;
let parts: Part[];
let instance: ChildProcess | undefined;

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
  service = testService('dispatcher', { NATS_URL: server.url });
});
afterAll(async () => {
  instance?.kill('SIGKILL');
  await stopParts(parts, () => {});
  await service.stop();
  await Promise.all([server.stop(), database.drop()]);
});

function startInstance(): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NATS_URL: server.url,
      REPORTING_DATABASE_URL: database.url,
      DIRECTORY_DATABASE_URL: database.url,
      LOG_LEVEL: 'fatal',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

test('the service lists, files and counts what it is told and what it missed, and ends when it is told to', async () => {
  const { users } = await seedAccount(database.url, {
    users: [{ user_name: 'bugs', phone: '+12125550199' }],
  });
  const [bugs] = users;
  const missed: Message = aMessage({ to: '+12125550199', to_user_id: bugs ?? null });
  const bus = await connectBus(service);
  const export_ = (rows: Message[]) => async (items: unknown[]) => items.map(() => ({ rows, next: null }));
  parts = [
    keepStreams(bus, { leaseMs: 30_000, replicas: 1 }),
    respond(bus, exportDispatcherMessages, export_([missed])),
    respond(bus, exportIngestMessages, export_([])),
  ];
  await startParts(parts);
  instance = startInstance();

  const told = aMessage({ account_id: ANY_ACCOUNT, type: 'email' });
  const [text] = factsTexts(messageFacts, [contentFact(told)]);
  await publish(bus, messageFacts.subject, text ?? '', newRowId());
  const options = { waitMs: 0, maxQueued: 10 };
  const stats = requester(bus, queryStats, options);
  const counted = await until(
    async () => {
      const now = await stats({
        account_id: ANY_ACCOUNT,
        since: null,
        until: null,
        direction: null,
        type: null,
        top: 10,
      });
      return now.total === 2 && now;
    },
    { what: 'both messages are counted' },
  );
  expect(counted.by_type).toEqual({ email: 1, sms: 1 });

  const page = { style: 'keyset', after: null, limit: 10 } as const;
  const messages = await requester(
    bus,
    queryMessages,
    options,
  )({
    account_id: ANY_ACCOUNT,
    filter: NO_CONDITIONS,
    order: 'desc',
    page,
  });
  expect(messages.rows.toSorted((one, two) => (one.id < two.id ? -1 : 1))).toEqual([missed, told]);
  const conversations = await requester(
    bus,
    queryConversations,
    options,
  )({
    account_id: ANY_ACCOUNT,
    id: missed.conversation_id,
    participant: null,
    page,
  });
  expect(conversations.rows[0]?.participants).toContainEqual({
    user_name: 'bugs',
    addresses: ['+12125550199'],
  });

  const exited = once(instance, 'exit');
  instance.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
