import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newMessageId, newRowId, userId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptReply, Recipient } from '@parley/contracts/requests/accept-messages';
import { createDatabase } from '@parley/platform/db';
import { createMetrics } from '@parley/platform/runtime';
import {
  aConsent,
  anAcceptItem,
  testDatabase,
  type AcceptOverrides,
  type TestDatabase,
} from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import {
  accepting,
  aDirectory,
  outcomes,
  type Accepting,
  type AcceptingDirectory,
} from '../testing/accepting.ts';
import { addConsents } from '../record-consent/store.ts';

const HOUR_MS = 3_600_000;
const metrics = createMetrics('dispatcher');

let database: TestDatabase;
let db: Database;
let directory: AcceptingDirectory;
let accept: Accepting;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher', metrics });
});
beforeEach(() => {
  directory = aDirectory();
  accept = accepting(db, directory);
});
afterEach(async () => {
  await sql`truncate message, idempotency_key, outbox, note, consent`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const recipients = (count: number): Recipient[] =>
  Array.from({ length: count }, (_, index) => ({ id: newMessageId(), to: `+1212555${1_000 + index}` }));
const keyed = (overrides: AcceptOverrides, key = 'k') =>
  anAcceptItem({ idempotency: { key, fingerprint: 'a'.repeat(64) }, ...overrides });
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const messagesOf = (reply: AcceptReply): Message[] => (reply.outcome === 'accepted' ? reply.messages : []);
const stored = () => db.selectFrom('message').selectAll().orderBy('id').execute();
const notes = () => db.selectFrom('note').selectAll().orderBy('id').execute();
const work = async () =>
  (await sql<{ message_id: string }>`select message_id from outbox where message_id is not null`.execute(db))
    .rows;

describe('a message to several recipients', () => {
  test('is one for each in one conversation, each with work of its own, all in one fact', async () => {
    const to = recipients(3);
    const messages = messagesOf(await accept.one(anAcceptItem({ recipients: to })));
    expect(messages.map(({ id, to: one }) => ({ id, to: one }))).toEqual(to);
    expect(new Set(messages.map(({ conversation_id }) => conversation_id)).size).toBe(1);
    expect((await stored()).map(({ id }) => id)).toEqual(to.map(({ id }) => id).toSorted());
    expect((await work()).map(({ message_id }) => message_id).toSorted()).toEqual(
      to.map(({ id }) => id).toSorted(),
    );
    const facts = accept.published.filter(({ subject }) => subject === 'event.message.v1');
    expect(facts.map(({ payload }) => JSON.parse(payload))).toMatchObject([
      { facts: messages.map((message) => ({ kind: 'message.accepted', message })) },
    ]);
  });

  test('is refused as a whole when one of them may not get it, and leaves its key free', async () => {
    const to = recipients(3);
    await addConsents(db, [aConsent({ address: to[1]?.to ?? '' })]);
    expect(outcomes([await accept.one(keyed({ recipients: to }))])).toEqual(['recipient_opted_out']);
    expect([await stored(), await work()]).toEqual([[], []]);
    expect(outcomes([await accept.one(keyed({ recipients: recipients(1) }))])).toEqual(['accepted']);
  });

  test('is replayed as a whole, with a note for each', async () => {
    const first = await accept.one(keyed({ recipients: recipients(3) }));
    const again = await accept.one(keyed({ recipients: recipients(3), trace_id: 't-2' }));
    expect(again).toEqual({ ...first, replayed: true });
    expect(await stored()).toHaveLength(3);
    expect(await notes()).toMatchObject(
      messagesOf(first).map(({ id }) => ({
        message_id: id,
        event: 'replayed',
        details: { idempotency_key: 'k', trace_id: 't-2' },
      })),
    );
  });

  test('is stored once by twenty equal requests at once', async () => {
    const instances = [accept, accepting(db, directory), accepting(db, directory)];
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (instances[index % instances.length] ?? accept).one(keyed({ recipients: recipients(5) })),
      ),
    );
    const ids = new Set(
      replies.map((reply) =>
        messagesOf(reply)
          .map(({ id }) => id)
          .join(),
      ),
    );
    expect(ids.size).toBe(1);
    expect((await stored()).map(({ id }) => id).join()).toBe([...ids][0]);
    expect(outcomes(replies).filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(await notes()).toHaveLength(19 * 5);
  });

  test('is completed when only some of its ids are known, however often it is asked for', async () => {
    const [known, ...others] = recipients(3);
    if (known === undefined) throw new Error('there is nobody');
    await accept.one(anAcceptItem({ ...known, body: 'first' }));
    const list = anAcceptItem({ recipients: [known, ...others], body: 'second' });
    const reply = await accept.one(list);
    expect(messagesOf(reply).map(({ id, body }) => [id, body])).toEqual([
      [known.id, 'first'],
      ...others.map(({ id }) => [id, 'second']),
    ]);
    expect(await accept.one(list)).toEqual(reply);
    expect([await stored(), await work()].map((rows) => rows.length)).toEqual([3, 3]);
  });
});

test('however many items and recipients there are, the number of statements is the same', async () => {
  for (const name of ['ann', 'bob']) directory.users.set(name, userId.parse(newRowId()));
  const some = (count: number, round: string) =>
    Array.from({ length: count }, (_, index) => [
      keyed({ recipients: recipients(index === 0 ? 50 : 1) }, `${round}-${index}`),
      anAcceptItem({ type: 'chat', from: 'ann', to: 'bob' }),
      anAcceptItem({ send_at: inHours(1), priority: 'high' }),
    ]).flat();
  const statements = async () => {
    const { body } = await metrics.expose();
    return Number(/^db_statements_total\S* (\d+)$/m.exec(body)?.[1]);
  };
  const spent = async (items: ReturnType<typeof some>) => {
    const before = await statements();
    expect(new Set(outcomes(await accept.all(items)))).toEqual(new Set(['accepted']));
    return (await statements()) - before;
  };
  const few = await spent(some(1, 'few'));
  expect(await spent(some(150, 'many'))).toBe(few);
  expect(few).toBe(4);
});
