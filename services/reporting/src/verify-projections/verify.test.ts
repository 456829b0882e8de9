import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newMessageId, userId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { exportDispatcherMessages, exportIngestMessages } from '@parley/contracts/requests/export';
import { connectBus, respond, type Bus } from '@parley/platform/bus';
import { createDatabase, inTransaction } from '@parley/platform/db';
import { startParts, stopParts, type Part } from '@parley/platform/runtime';
import {
  aMessage,
  testBus,
  testDatabase,
  testService,
  type TestBus,
  type TestDatabase,
} from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { packSome } from '../pack-senders/pack-senders.ts';
import { forget } from '../project-messages/projections-fixtures.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { verify } from './verify.ts';

const sent = aMessage({ status: 'delivered', delivered_at: aMessage().created_at, metadata: { order: 17 } });
const received = aMessage({
  direction: 'inbound',
  status: 'received',
  to_user_id: userId.parse(newMessageId()),
});
/** What no projection has heard of yet. */
const late = aMessage();

let database: TestDatabase;
let server: TestBus;
let db: Kysely<ReportingTables>;
let service: ReturnType<typeof testService>;
let bus: Bus;
let parts: Part[];
let owned: Message[];
let inbound: Message[];
/** What happens when dispatcher is asked. */
let meanwhile: () => Promise<void>;

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
  db = createDatabase<ReportingTables>({ url: database.url, schema: 'reporting', maxConnections: 2 });
  service = testService('reporting', { NATS_URL: server.url });
  bus = await connectBus(service);
  const export_ = (rows: () => Message[]) => async (items: unknown[]) => {
    if (rows() === owned) await meanwhile();
    return items.map(() => ({ rows: rows(), next: null }));
  };
  parts = [
    respond(
      bus,
      exportDispatcherMessages,
      export_(() => owned),
    ),
    respond(
      bus,
      exportIngestMessages,
      export_(() => inbound),
    ),
  ];
  await startParts(parts);
});
afterAll(async () => {
  await stopParts(parts, () => {});
  await service.stop();
  await db.destroy();
  await Promise.all([server.stop(), database.drop()]);
});
beforeEach(async () => {
  [owned, inbound] = [[sent], [received]];
  meanwhile = async () => {};
  await forget(db);
  await project(sent, received);
});

const project = (...messages: Message[]) =>
  inTransaction(db, (trx) => addKnowledge(trx, messages.map(knowledgeOfMessage)));
const differences = (rounds = 1) =>
  verify({ db, bus, signal: new AbortController().signal, say: () => {}, rounds });

test('projections that are as the owners have it differ in nothing', async () => {
  expect(await differences()).toEqual([]);
});

test('a message that is projected a little later is no difference', async () => {
  owned.push(late);
  const checking = differences(20);
  await project(late);
  expect(await checking).toEqual([]);
});

test('messages that keep coming, each projected a little later, are no difference', async () => {
  let newest: Message | null = null;
  meanwhile = async () => {
    if (newest !== null) await project(newest);
    newest = aMessage();
    owned.push(newest);
  };
  expect(await differences(3)).toEqual([]);
});

describe('it is told when', () => {
  test.each([
    ['a field of a message is another one', sql`update message set body = 'no'`, 'body: "no" instead of'],
    [
      'metadata is another one',
      sql`update message set metadata = '{"order": 18}'`,
      'metadata: {"order":18} instead of',
    ],
    ['a time is another one', sql`update message set delivered_at = now()`, 'delivered_at'],
    [
      'a message is missing',
      sql`delete from message where id = ${sent.id}`,
      `${sent.id}: nothing instead of "a message"`,
    ],
    [
      'a message has lost its content',
      sql`update message set account_id = null where id = ${sent.id}`,
      sent.id,
    ],
    [
      'no owner has a message',
      sql`insert into message (id, account_id, status, round, progress) values (${late.id}, 'acme', 'sent', 1, 1400)`,
      `${late.id}: "a message" instead of nothing`,
    ],
    ['a conversation counts others', sql`update conversation set message_count = 7`, '"message_count":7'],
    ['unread ones are counted wrongly', sql`update conversation set unread_count = 7`, '"unread_count":7'],
    ['somebody does not take part', sql`update conversation set participants = '{}'`, 'conversation'],
    ['a conversation is missing', sql`delete from conversation`, ': nothing instead of {'],
    [
      'a conversation has no messages',
      sql`insert into conversation select gen_random_uuid(), account_id, participants, types, 0, 0, last_message_id,
        last_message_at, last_heard_at, created_at from conversation limit 1`,
      'instead of nothing',
    ],
    ['a bucket counts others', sql`update stat_bucket set count = 7 where kind = 'status'`, 'status day'],
    ['a sender is counted wrongly', sql`update sender_bucket set count = 7`, 'sender ever'],
    ['a sender is not counted', sql`delete from sender_bucket`, 'sender month'],
    ['a bucket is missing', sql`delete from stat_bucket where kind = 'latency'`, 'latency hour'],
    [
      'a bucket counts what is not there',
      sql`update stat_bucket set key = 'lost' where kind = 'status'`,
      'lost',
    ],
    ['the first message has another time', sql`update stat_bucket set first_at = now()`, 'first and last of'],
  ])('%s', async (_, corrupt, told) => {
    await corrupt.execute(db);
    const found = await differences();
    expect(found.join('\n')).toContain(told);
    expect(found.at(-1)).toMatch(/^\d+ differences in /);
  });
});

describe('of senders that are packed it is told when', () => {
  test.each([
    ['a pack is missing', sql`delete from sender_pack where span = 'day'`, 'sender day'],
    [
      'a pack says something else',
      sql`update sender_pack set counts = '\\x0105' where span = 'ever'`,
      'sender ever',
    ],
    ['a sender has no number', sql`delete from sender_number`, 'number 0'],
    ['a number is of somebody else', sql`update sender_number set sender = sender || '!'`, '!'],
  ])('%s', async (_, corrupt, told) => {
    await project(aMessage({ from: 'Another' }));
    await packSome(db, Date.parse('2027-01-01'));
    await corrupt.execute(db);
    expect((await differences()).join('\n')).toContain(told);
  });
});

test('of very many differences the first are told, and all are counted', async () => {
  owned = Array.from({ length: 100 }, () => aMessage());
  await project(...owned);
  await sql`update message set body = 'no'`.execute(db);
  const found = await differences();
  expect(found).toHaveLength(21);
  expect(found.at(-1)).toBe('102 differences in messages');
});

test('owners that do not answer are no difference: it fails', async () => {
  const [dispatcher, ...others] = parts;
  await dispatcher?.stop();
  await expect(differences()).rejects.toThrow('nobody answers dispatcher.export-messages');
  parts = others;
});
