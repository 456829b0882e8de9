import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, newMessageId, type MessageId } from '@parley/contracts/ids';
import { readDispatcherTimelines } from '@parley/contracts/requests/read-timelines';
import type { TimelineEvent } from '@parley/contracts/timeline';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { judgeCancel } from '../cancel-messages/decide.ts';
import { messageChanger } from '../change-messages/handler.ts';
import type { DispatcherTables } from '../database.ts';
import { aConnection, directoryWith } from '../testing/connections.ts';
import { contextOn, SMS } from '../testing/rows.ts';
import { asked, forgetMessages, store, storeHeld } from '../testing/stored-messages.ts';
import { judgeRead } from '../mark-read/decide.ts';
import { addNotes } from '../notes/add-notes.ts';
import { judgeResolve } from '../resolve-messages/decide.ts';
import { timelineReader } from './handler.ts';

const DIRECTORY = directoryWith([aConnection('sms')]);

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

async function ask(id: MessageId) {
  const [reply] = await timelineReader(db, DIRECTORY)([{ account_id: ANY_ACCOUNT, message_id: id }]);
  return readDispatcherTimelines.reply.parse(reply);
}

const eventsOf = async (id: MessageId) => (await ask(id))?.entries.map(({ event }) => event);

interface Called {
  outcome: string;
  second: number;
  detail?: string;
  reference?: string;
  retry_after_ms?: number;
}

/** Stores calls that took 120 ms each and began at these seconds. */
async function called(id: MessageId, calls: readonly Called[]): Promise<void> {
  for (const [index, { outcome, second, detail, reference, retry_after_ms }] of calls.entries())
    await sql`insert into attempt (message_id, attempt_no, round, connection_id, outcome, detail, provider_message_id,
        retry_after_ms, started_at, finished_at)
      select ${id}, ${index + 1}, 1, 'sms', ${outcome}, ${detail ?? null}, ${reference ?? null},
        ${retry_after_ms ?? null}::int, at, at + interval '120 ms'
      from (values (timestamptz '2026-01-15T10:00:00Z' + ${second}::int * interval '1 s')) as began(at)`.execute(
      db,
    );
}

async function noted(id: MessageId, event: TimelineEvent, second: number): Promise<void> {
  const at = new Date(Date.parse('2026-01-15T10:00:00Z') + second * 1_000).toISOString();
  const note = {
    message_id: id,
    event,
    provider: null,
    summary: `It was ${event}.`,
    details: { second },
    at,
  };
  await db.transaction().execute((trx) => addNotes(trx, [note]));
}

describe('the timeline of a message', () => {
  test('begins with its acceptance and the trace of the request', async () => {
    const id = await store(db, aMessage({ trace_id: 'a'.repeat(32), send_at: '2026-01-16T10:00:00.000Z' }));
    expect(await ask(id)).toEqual({
      trace_id: 'a'.repeat(32),
      references: [],
      entries: [
        {
          at: '2026-01-15T10:00:00.000Z',
          event: 'accepted',
          service: 'dispatcher',
          provider: null,
          summary: 'Accepted for +12125550199, not to be sent before 2026-01-16T10:00:00.000Z.',
          details: {
            type: 'sms',
            priority: 'normal',
            send_at: '2026-01-16T10:00:00.000Z',
            trace_id: 'a'.repeat(32),
          },
        },
      ],
    });
  });

  test('tells every call with what it came to and why, and what was noted between them', async () => {
    const id = await store(db, aMessage({ status: 'sent' }));
    await called(id, [
      { outcome: 'throttled', second: 1, retry_after_ms: 2_000 },
      { outcome: 'unavailable', second: 4, detail: 'http_503' },
      { outcome: 'unknown', second: 6, detail: 'timeout' },
      { outcome: 'accepted', second: 9, reference: 'p-1' },
    ]);
    await noted(id, 'receipt_ignored', 10);
    await noted(id, 'waiting', 2);
    const timeline = await ask(id);
    expect(timeline?.entries.map(({ summary }) => summary)).toEqual([
      'Accepted for +12125550199.',
      'Call 1, 120 ms: sms had too many messages and asked to wait 2000 ms.',
      'It was waiting.',
      'Call 2, 120 ms: sms did not take it (http_503).',
      'Call 3, 120 ms: nobody knows whether sms took it (timeout).',
      'Call 4, 120 ms: sms took it as p-1.',
      'It was receipt_ignored.',
    ]);
    expect(timeline?.entries[1]?.details).toEqual({
      attempt_no: 1,
      round: 1,
      outcome: 'throttled',
      latency_ms: 120,
      retry_after_ms: 2_000,
      provider_message_id: null,
      detail: null,
    });
    expect(timeline?.references).toEqual([{ connection_id: 'sms', provider_message_id: 'p-1' }]);
  });

  test('tells that it went on to another connection, and why', async () => {
    const id = await store(db, aMessage({ status: 'sent' }));
    await called(id, [
      { outcome: 'unavailable', second: 1, detail: 'http_503' },
      { outcome: 'accepted', second: 2, reference: 'p-1' },
    ]);
    await sql`update attempt set connection_id = 'sms-2' where attempt_no = 2`.execute(db);
    expect(await eventsOf(id)).toEqual(['accepted', 'attempt', 'failover', 'attempt']);
    expect((await ask(id))?.entries[2]).toMatchObject({
      provider: 'sms-2',
      summary: 'sms surely did not send it (unavailable, http_503): goes on to sms-2.',
    });
  });

  test('tells in which lane it waits, and until when that is paused', async () => {
    const id = await store(db, aMessage());
    await sql`insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
      values (${id}, 'acme', 'sms', 'sms', '+12125550100', 1, now(), false)`.execute(db);
    expect((await ask(id))?.entries.at(-1)).toMatchObject({
      event: 'waiting',
      summary: 'Waits for its turn in the lane of +12125550100 at sms.',
    });
    await sql`update message set status_reason = 'provider_unavailable' where id = ${id}`.execute(db);
    expect((await ask(id))?.entries.at(-1)).toMatchObject({
      summary: 'Waits for its turn in the lane of +12125550100 at sms (provider_unavailable).',
    });
    await sql`insert into lane (connection_id, sender, paused_until, reason)
      values ('sms', '', '2126-01-15T10:00:00Z', 'throttled')`.execute(db);
    expect((await ask(id))?.entries.at(-1)?.details).toEqual({
      sender: '+12125550100',
      paused_until: '2126-01-15T10:00:00.000Z',
      reason: 'throttled',
    });
  });

  test('tells that a chat message was sent', async () => {
    const sent_at = '2026-01-15T10:00:02.000Z';
    const id = await store(db, aMessage({ type: 'chat', status: 'sent', sent_at }));
    expect((await ask(id))?.entries.at(-1)).toMatchObject({ at: sent_at, event: 'sent' });
  });

  test('tells that it was resolved, canceled or read', async () => {
    const [held, queued, chat] = [
      await storeHeld(db, aMessage()),
      await store(db, aMessage()),
      await store(db, aMessage({ type: 'chat', status: 'sent' })),
    ];
    await messageChanger(contextOn(db), judgeResolve)([{ ...asked(held), outcome: 'not_sent' }]);
    await messageChanger(contextOn(db), judgeCancel)([asked(queued)]);
    await messageChanger(contextOn(db), judgeRead)([asked(chat)]);
    expect(await eventsOf(held)).toEqual(['accepted', 'attempt', 'resolved', 'failed']);
    expect(await eventsOf(queued)).toEqual(['accepted', 'canceled']);
    expect(await eventsOf(chat)).toEqual(['accepted', 'read']);
  });

  test('tells that its recipient read it, as its provider reported', async () => {
    const read_at = '2026-01-15T10:00:09.000Z';
    const read = { status: 'read', provider: SMS, delivered_at: read_at, read_at } as const;
    expect((await ask(await store(db, aMessage(read))))?.entries.at(-1)).toMatchObject({
      at: read_at,
      event: 'read',
      provider: 'sms',
      summary: 'Its recipient read it: sms reported so.',
    });
  });

  test('keeps notes of the same moment in the order in which they were made, and is cut to the newest', async () => {
    const id = await store(db, aMessage());
    const made = Array.from({ length: 250 }, (_, index) => ({
      message_id: id,
      event: 'waiting' as const,
      provider: null,
      summary: `${index}`,
      details: {},
      at: '2026-01-15T10:00:01.000Z',
    }));
    await db.transaction().execute((trx) => addNotes(trx, made));
    const entries = (await ask(id))?.entries.slice(1) ?? [];
    expect(entries.map(({ summary }) => summary)).toEqual(made.slice(50).map(({ summary }) => summary));
  });
});

test('questions are answered in their order, null for what the account does not have', async () => {
  const id = await store(db, aMessage());
  const replies = await timelineReader(
    db,
    DIRECTORY,
  )([
    { account_id: ANY_ACCOUNT, message_id: newMessageId() },
    { account_id: accountId.parse('another'), message_id: id },
    { account_id: ANY_ACCOUNT, message_id: id },
  ]);
  expect(replies.map((reply) => reply?.entries.length ?? null)).toEqual([null, null, 1]);
});

test('says that nothing was done when the database is away', async () => {
  const away = createDatabase<DispatcherTables>({ url: 'postgres://127.0.0.1:1/none', schema: 'dispatcher' });
  const asking = timelineReader(away, DIRECTORY)([{ account_id: ANY_ACCOUNT, message_id: newMessageId() }]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
