import { afterAll, expect, test } from '@jest/globals';
import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { accountId, connectionId, newMessageId, newRowId } from '@parley/contracts/ids';
import { readIngestTimelines } from '@parley/contracts/requests/read-timelines';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import type { IngestTables } from '../database.ts';
import { readMarker } from '../mark-read/handler.ts';
import { commit } from '../receive-webhooks/commit.ts';
import { timelineReader } from './handler.ts';

const SMS = connectionId.parse('sms');

const { db, close } = await openTestDatabase<IngestTables>('ingest');

afterAll(close);

async function report(provider_message_id: string, receipt: Partial<ReceiptReceived>): Promise<void> {
  const event_id = newRowId();
  await commit(db, [
    {
      kind: 'receipt',
      key: event_id,
      event_id,
      receipt: {
        kind: 'receipt.received',
        receipt_id: newRowId(),
        connection_id: SMS,
        provider_message_id,
        status: 'delivered',
        error_code: null,
        occurred_at: null,
        received_at: '2026-01-15T10:00:05.000Z',
        client_reference: null,
        ...receipt,
      },
    },
  ]);
}

const ask = async (...items: Parameters<ReturnType<typeof timelineReader>>[0]) => {
  const replies = await timelineReader(db)(items);
  return replies.map((reply) => readIngestTimelines.reply.parse(reply));
};

test('an inbound message tells how it came in and when it was read', async () => {
  const message = aMessage({
    direction: 'inbound',
    status: 'received',
    provider: SMS,
    provider_message_id: 'event-1',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  });
  const item = { account_id: ANY_ACCOUNT, message_id: message.id, references: [] };
  await commit(db, [{ kind: 'message', key: 'one', message, received_at: message.created_at }]);
  expect(await ask(item)).toMatchObject([
    {
      found: true,
      trace_id: message.trace_id,
      entries: [
        {
          event: 'received',
          at: message.created_at,
          provider: 'sms',
          details: { provider_message_id: 'event-1' },
        },
      ],
    },
  ]);
  await readMarker({ db, outbox: { publishNow: () => {} } })([
    { ...item, by: 'key-1', request_id: newRowId() },
  ]);
  const [reply] = await ask(item);
  expect(reply?.entries.map(({ event }) => event)).toEqual(['received', 'read']);
  expect(await ask({ ...item, account_id: accountId.parse('another') })).toEqual([
    { found: false, entries: [], trace_id: null },
  ]);
});

test('a text that is a keyword, or may ask for no more messages, says so', async () => {
  const say = async (body: string) => {
    const message = aMessage({ direction: 'inbound', provider: SMS, provider_message_id: newRowId(), body });
    await commit(db, [{ kind: 'message', key: message.id, message, received_at: message.created_at }]);
    const [reply] = await ask({ account_id: ANY_ACCOUNT, message_id: message.id, references: [] });
    return reply?.entries.map(({ event }) => event);
  };
  expect(await say('STOP')).toEqual(['received', 'keyword']);
  expect(await say('STOP PLEASE')).toEqual(['received', 'possible_opt_out']);
  expect(await say('Hello')).toEqual(['received']);
});

test('receipts are told by their references, oldest first, each question its own', async () => {
  await report('p-1', {
    status: 'undelivered',
    error_code: '30003',
    received_at: '2026-01-15T10:00:06.000Z',
  });
  await report('p-1', { occurred_at: '2026-01-15T10:00:04.000Z' });
  await report('p-2', {});
  await report('p-1', { connection_id: connectionId.parse('other') });
  const references = (...ids: string[]) =>
    ids.map((provider_message_id) => ({ connection_id: SMS, provider_message_id }));
  const about = (...ids: string[]) => ({
    account_id: ANY_ACCOUNT,
    message_id: newMessageId(),
    references: references(...ids),
  });
  const [both, none, one] = await ask(about('p-1', 'p-2'), about('p-3'), about('p-1'));
  expect(both?.entries).toHaveLength(3);
  expect(none?.entries).toEqual([]);
  expect(one?.entries).toMatchObject([
    {
      event: 'receipt',
      provider: 'sms',
      summary: 'sms reported that it was delivered.',
      details: { status: 'delivered', occurred_at: '2026-01-15T10:00:04.000Z', error_code: null },
    },
    {
      summary: 'sms reported that it could not be delivered, with the code 30003.',
      details: { status: 'undelivered', error_code: '30003' },
    },
  ]);
});

test('a receipt of a reading says so', async () => {
  await report('p-5', { status: 'read' });
  const references = [{ connection_id: SMS, provider_message_id: 'p-5' }];
  const [reply] = await ask({ account_id: ANY_ACCOUNT, message_id: newMessageId(), references });
  expect(reply?.entries).toMatchObject([
    { event: 'receipt', summary: 'sms reported that it was read.', details: { status: 'read' } },
  ]);
});

test('who reports without end on one message is cut short', async () => {
  for (let count = 0; count < 60; count += 1) await report('p-4', {});
  const item = { account_id: ANY_ACCOUNT, message_id: newMessageId() };
  const [reply] = await ask({ ...item, references: [{ connection_id: SMS, provider_message_id: 'p-4' }] });
  expect(reply?.entries).toHaveLength(50);
});

test('says that nothing was done when the database is away', async () => {
  const away = createDatabase<IngestTables>({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    schema: 'ingest',
  });
  const asking = timelineReader(away)([
    { account_id: ANY_ACCOUNT, message_id: newMessageId(), references: [] },
  ]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
