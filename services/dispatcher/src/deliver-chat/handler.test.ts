import { afterAll, afterEach, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { aWork, contextOn, messageRow, queue, toldStatuses } from '../testing/rows.ts';
import { chatDelivery } from './handler.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate message, outbox`.execute(db);
});
afterAll(close);

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

async function stored(overrides: Partial<Message> = {}): Promise<MessageId> {
  const message = aMessage({
    type: 'chat',
    status: 'scheduled',
    send_at: inMinutes(-1),
    expires_at: inMinutes(60),
    ...overrides,
  });
  await queue(db, [message]);
  return message.id;
}
const deliver = (...ids: MessageId[]) => {
  const handle = chatDelivery(contextOn(db));
  return Promise.all(ids.map((id) => handle({ work: aWork(id) })));
};

test.each<[string, Partial<Message>]>([
  ['scheduled and due', {}],
  ['queued again by a redrive', { status: 'queued', send_at: null, round: 2 }],
])('a chat message that is %s is sent, once', async (_, overrides) => {
  const id = await stored(overrides);
  await deliver(id, id);
  const row = await messageRow(db, id);
  expect(row).toMatchObject({ status: 'sent', status_reason: null, stale_after: null, attempt_no: 0 });
  expect(row.sent_at).not.toBeNull();
  await deliver(id);
  expect(await messageRow(db, id)).toEqual(row);
  expect(await toldStatuses(db, id)).toEqual(['sent']);
});

test('a chat message whose time is over expires', async () => {
  const id = await stored({ expires_at: inMinutes(-1) });
  await deliver(id);
  expect(await messageRow(db, id)).toMatchObject({ status: 'expired', sent_at: null, stale_after: null });
  expect(await toldStatuses(db, id)).toEqual(['expired']);
});

test.each<[string, Partial<Message>]>([
  ['is not due', { send_at: inMinutes(1) }],
  ['was canceled', { status: 'canceled' }],
  ['is no chat', { type: 'sms' }],
])('a message that %s stays as it is', async (_, overrides) => {
  const id = await stored(overrides);
  const row = await messageRow(db, id);
  await deliver(id);
  expect(await messageRow(db, id)).toEqual(row);
  expect(await toldStatuses(db, id)).toEqual([]);
});
