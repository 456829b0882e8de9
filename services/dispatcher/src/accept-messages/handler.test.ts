import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, newMessageId, type MessageId } from '@parley/contracts/ids';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import { createDatabase } from '@parley/platform/db';
import type { OutboxRow } from '@parley/platform/outbox';
import { Unavailable } from '@parley/platform/runtime';
import { anAcceptItem, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import {
  accepting,
  aDirectory,
  outcomes,
  type Accepting,
  type AcceptingDirectory,
} from '../testing/accepting.ts';
import { directoryWith } from '../testing/connections.ts';
import { messageReader } from '../read-messages/handler.ts';
import { forgetKeys } from './store.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let directory: AcceptingDirectory;
let accept: Accepting;
/** Every one an instance of its own. */
let instances: Accepting[];

beforeEach(() => {
  directory = aDirectory();
  accept = accepting(db, directory);
  instances = [accept, accepting(db, directory), accepting(db, directory)];
});
afterEach(async () => {
  await sql`truncate message, idempotency_key, outbox, note`.execute(db);
});
afterAll(close);

const keyed = (fingerprint = 'a', overrides: Partial<AcceptItem> = {}) =>
  anAcceptItem({ idempotency: { key: 'k', fingerprint: fingerprint.repeat(64) }, ...overrides });
const idOf = ({ recipients: [recipient] }: AcceptItem): MessageId => {
  if (recipient === undefined) throw new Error('there is no recipient');
  return recipient.id;
};
const storedIds = async () =>
  (await db.selectFrom('message').select('id').orderBy('id').execute()).map(({ id }) => id);

describe('an accepted message', () => {
  test('is committed as it was answered, with its fact and its work', async () => {
    const item = anAcceptItem({ body: 'Ça va? 👋 "quoted" \\ \n', metadata: { a: 1, b: null, '"': 'x' } });
    const reply = await accept.one(item);
    const [stored] = await messageReader(
      db,
      directoryWith([]),
    )([{ account_id: ANY_ACCOUNT, message_id: idOf(item) }]);
    expect(reply).toEqual({ outcome: 'accepted', replayed: false, messages: [stored] });
    const rows =
      await sql<OutboxRow>`select subject, payload, message_id from outbox order by subject`.execute(db);
    expect(rows.rows).toMatchObject([
      { subject: 'event.message.v1', message_id: null },
      { subject: 'work.send.normal.sms', message_id: idOf(item) },
    ]);
    expect(JSON.parse(rows.rows[0]?.payload ?? '')).toEqual({
      v: 1,
      facts: [{ kind: 'message.accepted', at: stored?.created_at, message: stored }],
    });
    expect(accept.published.map(({ subject }) => subject).toSorted()).toEqual(
      rows.rows.map(({ subject }) => subject),
    );
  });

  test('is read by its own account only', async () => {
    const item = anAcceptItem();
    await accept.all([item]);
    const replies = await messageReader(
      db,
      directoryWith([]),
    )([
      { account_id: accountId.parse('other'), message_id: idOf(item) },
      { account_id: ANY_ACCOUNT, message_id: newMessageId() },
      { account_id: ANY_ACCOUNT, message_id: idOf(item) },
    ]);
    expect(replies.map((message) => message?.id)).toEqual([undefined, undefined, idOf(item)]);
  });

  test('that is asked for again by its id is accepted once and is no replay', async () => {
    const items = [anAcceptItem(), keyed()];
    const first = await accept.all(items);
    expect(outcomes(first)).toEqual(['accepted', 'accepted']);
    expect(await accept.all(items)).toEqual(first);
    expect(await storedIds()).toHaveLength(2);
    expect((await sql`select from outbox`.execute(db)).rows).toHaveLength(3);
  });

  test('stays accepted when the rules have changed before it is asked for again', async () => {
    const item = anAcceptItem();
    const first = await accept.one(item);
    directory.account = { ...directory.account, senders: [] };
    expect(await accept.one(item)).toEqual(first);
    expect(outcomes([await accept.one(anAcceptItem())])).toEqual(['sender_not_allowed']);
  });
});

test('one item that is refused or cannot be stored does not touch its neighbours', async () => {
  const [good, other] = [anAcceptItem(), keyed('a', { body: 'also good' })];
  const replies = await accept.all([
    good,
    anAcceptItem({ body: 'STOP' }),
    anAcceptItem({ body: 'not\u0000storable' }),
    anAcceptItem({ from: 'MyCorp' }),
    other,
  ]);
  expect(outcomes(replies)).toEqual([
    'accepted',
    'blocked_keyword',
    'validation_failed',
    'sender_not_allowed',
    'accepted',
  ]);
  expect(await storedIds()).toEqual([idOf(good), idOf(other)].toSorted());
});

describe('an idempotency key', () => {
  test('replays the first answer, whatever became of the message since', async () => {
    const first = await accept.one(keyed());
    await db.updateTable('message').set({ status: 'sent' }).execute();
    expect(await accept.one(keyed())).toEqual({ ...first, replayed: true });
    expect(await storedIds()).toHaveLength(1);
  });

  test('is refused with another request, in the same batch or later', async () => {
    expect(outcomes(await accept.all([keyed('a'), keyed('b'), keyed('a')]))).toEqual([
      'accepted',
      'idempotency_key_reused',
      'replayed',
    ]);
    expect(outcomes(await accept.all([keyed('b'), keyed('a')]))).toEqual([
      'idempotency_key_reused',
      'replayed',
    ]);
    expect(await storedIds()).toHaveLength(1);
  });

  test('is left free by a refused request', async () => {
    const replies = await accept.all([keyed('a', { body: 'STOP' }), keyed('b')]);
    expect(outcomes(replies)).toEqual(['blocked_keyword', 'accepted']);
  });

  test('is free again when its time is over', async () => {
    await accept.all([keyed('a')]);
    await sql`update idempotency_key set expires_at = now() - interval '1 minute'`.execute(db);
    expect(outcomes(await accept.all([keyed('b')]))).toEqual(['accepted']);
    expect(outcomes(await accept.all([keyed('b')]))).toEqual(['replayed']);
  });

  test('is forgotten after its time, and only then', async () => {
    await accept.all([
      keyed('a'),
      keyed('b', { idempotency: { key: 'other', fingerprint: 'b'.repeat(64) } }),
    ]);
    await sql`update idempotency_key set expires_at = now() - interval '1 ms' where key = 'k'`.execute(db);
    expect([await forgetKeys(db, 10), await forgetKeys(db, 10)]).toEqual([1, 0]);
  });

  test('used by twenty requests at once stores exactly one message, and all of them get it', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (instances[index % instances.length] ?? accept).one(keyed())),
    );
    const ids = new Set(
      replies.map((reply) => (reply.outcome === 'accepted' ? reply.messages[0]?.id : reply.code)),
    );
    expect([...ids]).toEqual(await storedIds());
    expect(outcomes(replies).toSorted()).toEqual([
      'accepted',
      ...Array.from({ length: 19 }, () => 'replayed'),
    ]);
  });

  test('used by batches that overlap in other orders stores one message each', async () => {
    const item = (name: string) => keyed('a', { idempotency: { key: name, fingerprint: 'a'.repeat(64) } });
    const names = Array.from({ length: 30 }, (_, index) => `k${index}`);
    const replies = await Promise.all(
      instances.map((by, index) =>
        by.all((index === 1 ? names.toReversed() : names).map((name) => item(name))),
      ),
    );
    expect(outcomes(replies.flat()).filter((outcome) => outcome === 'accepted')).toHaveLength(30);
    expect(await storedIds()).toHaveLength(30);
  });
});

test('a database that is away is told as such: nothing was accepted', async () => {
  const away = createDatabase<DispatcherTables>({ url: 'postgres://127.0.0.1:1/none', schema: 'dispatcher' });
  await expect(accepting(away, directory).one(anAcceptItem())).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
