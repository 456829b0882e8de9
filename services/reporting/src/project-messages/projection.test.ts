import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MessageFact } from '@parley/contracts/facts/message-facts';
import { connectionId, newMessageId, newRowId, userId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import { collapse, knowledgeOfFact, knowledgeOfMessage, type Knowledge } from './decide.ts';
import { changeFact, contentFact } from './facts-fixtures.ts';
import { forget, projections } from './projections-fixtures.ts';
import { addKnowledge } from './store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

beforeEach(() => forget(db));
afterAll(close);

function project(told: readonly Knowledge[]): Promise<void> {
  return inTransaction(db, (trx) => addKnowledge(trx, collapse(told)));
}

const projectFacts = (...facts: MessageFact[]): Promise<void> => project(facts.map(knowledgeOfFact));

describe('the first facts of a message', () => {
  test('list, count and file it, with every field that its owner told', async () => {
    const message = aMessage({
      type: 'email',
      from: 'a@b.example',
      to: 'c@d.example',
      subject: 'Grüße 👋',
      body: '<p>"\\u0041\u0001</p>',
      attachments: ['one'],
      status_reason: 'no_connection',
      provider: connectionId.parse('mail'),
      provider_message_id: 'ref',
      encoding: 'UCS-2',
      segments: 2,
      in_reply_to: newMessageId(),
      metadata: { order: 17, 'a "b"': null, ok: true },
      client_reference: 'abc',
      timestamp: '0001-01-01T00:00:00.000Z',
      sent_at: '2026-01-15T10:00:00.001Z',
      delivered_at: '2026-01-15T10:00:00.002Z',
      read_at: '2026-01-15T10:00:00.003Z',
      send_at: '2026-01-15T10:00:00.004Z',
      from_user_id: userId.parse(newRowId()),
      to_user_id: userId.parse(newRowId()),
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      round: 3,
    });
    await projectFacts(contentFact(message));
    expect((await projections(db)).messages).toEqual([message]);
    expect(Object.keys(message).toSorted()).toEqual([...MESSAGE_COLUMNS].toSorted());
  });

  test('may come before its content, and then neither list nor count nor file it', async () => {
    const message = aMessage();
    await projectFacts(changeFact(message, { status: 'sent', sent_at: '2026-01-15T10:00:01.000Z' }));
    expect(await projections(db)).toMatchObject({ statistics: [], conversations: [] });
    await projectFacts(contentFact(message));
    expect(await projections(db)).toMatchObject({
      messages: [{ ...message, status: 'sent', sent_at: '2026-01-15T10:00:01.000Z' }],
      statistics: expect.arrayContaining([
        expect.objectContaining({ kind: 'status', span: 'day', key: 'sent', count: 1 }),
      ]),
      conversations: [{ message_count: 1 }],
    });
  });
});

test('a fact that tells nothing new writes nothing', async () => {
  const message = aMessage();
  const facts = [contentFact(message), changeFact(message, { status: 'sent' })];
  await projectFacts(...facts);
  const places = () =>
    sql`select ctid, xmin from message union all select ctid, xmin from stat_bucket
    union all select ctid, xmin from conversation`
      .execute(db)
      .then((result) => result.rows);
  const before = await places();
  for (const fact of facts) await projectFacts(fact);
  await project([knowledgeOfMessage({ ...message, status: 'sent' })]);
  expect(await places()).toEqual(before);
});

test('a sent message that was read shows the earliest times, and counts as read and not as unread', async () => {
  const message = aMessage();
  const times = [1, 2, 3].map((second) => `2026-01-15T10:00:0${second}.000Z`);
  const [delivered_at = null, read_at = null, later = null] = times;
  await projectFacts(contentFact(message));
  await projectFacts(changeFact(message, { status: 'read', delivered_at: later, read_at: later }));
  await projectFacts(changeFact(message, { status: 'read', delivered_at, read_at }));
  await projectFacts(changeFact(message, { status: 'delivered', delivered_at: later }));
  const { messages, conversations, statistics } = await projections(db);
  expect(messages).toMatchObject([{ status: 'read', delivered_at, read_at }]);
  expect(conversations).toMatchObject([{ unread_count: 0 }]);
  expect(statistics).toContainEqual(expect.objectContaining({ key: 'read', count: 1 }));
});

test('an inbound message is to be read until it is', async () => {
  const message = aMessage({ direction: 'inbound', status: 'received' });
  await projectFacts(contentFact(message));
  expect((await projections(db)).conversations).toMatchObject([{ unread_count: 1 }]);
  await projectFacts(changeFact(message, { status: 'read', read_at: '2026-01-15T10:00:01.000Z' }));
  expect((await projections(db)).conversations).toMatchObject([{ unread_count: 0, message_count: 1 }]);
});
