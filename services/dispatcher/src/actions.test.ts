import { beforeAll, expect, test } from '@jest/globals';
import { receiptFacts, type ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import { newRowId, type MessageId } from '@parley/contracts/ids';
import {
  cancelMessages,
  redriveMessages,
  resolveMessages,
  type ChangeReply,
} from '@parley/contracts/requests/change-messages';
import {
  queryDispatcherDeadLetters,
  redriveDispatcherDeadLetters,
} from '@parley/contracts/requests/dead-letters';
import { readDispatcherTimelines } from '@parley/contracts/requests/read-timelines';
import { factsTexts, publish, requester, type Bus } from '@parley/platform/bus';
import { ANY_ACCOUNT, until } from '@parley/testkit';
import { ANY_LETTER } from './testing/dead-letters.ts';
import { dispatching } from './testing/dispatching.ts';
import { aReceipt, makeDue, messageRow, SMS } from './testing/rows.ts';
import { asked } from './testing/stored-messages.ts';

const { db, bus, provider, send, start } = await dispatching((url) => ({
  connections: [{ id: SMS, provider: 'sms-gateway', types: ['sms'], url }],
}));
const ask = connect(bus);

beforeAll(() => void start());

function connect(to: Bus) {
  const options = { waitMs: 0, maxQueued: 1_000, timeoutMs: 60_000 };
  return {
    cancel: requester(to, cancelMessages, options),
    redrive: requester(to, redriveMessages, options),
    resolve: requester(to, resolveMessages, options),
    timeline: requester(to, readDispatcherTimelines, options),
    letters: requester(to, queryDispatcherDeadLetters, options),
    redriveLetters: requester(to, redriveDispatcherDeadLetters, options),
  };
}

/** Waits until a message stands so. */
const stands = (id: MessageId, expected: Partial<Awaited<ReturnType<typeof messageRow>>>) =>
  until(
    async () => {
      const row = await messageRow(db, id);
      const keys = Object.keys(expected) as (keyof typeof expected)[];
      return keys.every((key) => row[key] === expected[key]);
    },
    { what: `the message is ${JSON.stringify(expected)}` },
  );

async function report(id: MessageId, status: ReceiptStatus): Promise<void> {
  const { provider_message_id } = await messageRow(db, id);
  const receipt = aReceipt(status, { provider_message_id: provider_message_id ?? '' });
  const [payload] = factsTexts(receiptFacts, [receipt]);
  await publish(bus, receiptFacts.subject, payload ?? '', receipt.receipt_id);
}

const statusOf = (reply: ChangeReply) => (reply.outcome === 'changed' ? reply.message.status : reply.code);

async function eventsOf(id: MessageId): Promise<string[]> {
  const timeline = await ask.timeline({ account_id: ANY_ACCOUNT, message_id: id });
  return timeline?.entries.map(({ event }) => event) ?? [];
}

test('what was refused is sent again by a redrive, under the same id and the same key', async () => {
  const id = await send([{ answer: 400 }]);
  await stands(id, { status: 'failed' });
  expect(statusOf(await ask.redrive(asked(id)))).toBe('queued');
  await stands(id, { status: 'sent', round: 2, attempt_no: 2 });
  expect(provider.accepted.get(id)).toBe(1);
  expect(await eventsOf(id)).toEqual(['accepted', 'attempt', 'failed', 'redriven', 'attempt']);
});

test('what was not delivered is sent a second time by a redrive, and its receipts go their own ways', async () => {
  const id = await send([]);
  await stands(id, { status: 'sent' });
  await report(id, 'undelivered');
  await stands(id, { status: 'undelivered' });
  await ask.redrive(asked(id));
  await stands(id, { status: 'sent', round: 2 });
  expect([provider.accepted.get(id), provider.accepted.get(`${id}-1`)]).toEqual([1, 1]);
  await report(id, 'delivered');
  await stands(id, { status: 'delivered', round: 2 });
});

test('a held message that is tried again is sent once by a provider that honours keys', async () => {
  const id = await send([{ answer: 'never' }], { on_unknown_outcome: 'hold' });
  await stands(id, { status: 'sending', status_reason: 'outcome_unknown' });
  expect(statusOf(await ask.cancel(asked(id)))).toBe('not_cancelable');
  expect(statusOf(await ask.resolve({ ...asked(id), outcome: 'retry' }))).toBe('queued');
  await stands(id, { status: 'sent', round: 2 });
  expect(provider.accepted.get(id)).toBe(1);
  expect(await eventsOf(id)).toEqual(['accepted', 'attempt', 'held', 'resolved', 'attempt']);
});

test('a scheduled message that is canceled is never sent', async () => {
  const send_at = new Date(Date.now() + 3_600_000).toISOString();
  const [id, other] = [await send([], { send_at }), await send([], { send_at })];
  expect(statusOf(await ask.cancel(asked(id)))).toBe('canceled');
  await makeDue(db);
  await stands(other, { status: 'sent' });
  expect(await messageRow(db, id)).toMatchObject({ status: 'canceled', attempt_no: 0 });
  expect(await eventsOf(id)).toEqual(['accepted', 'canceled']);
});

test('dead letters list what failed, and a redrive sends it', async () => {
  const id = await send([{ answer: 422 }]);
  await stands(id, { status: 'failed' });
  const filter = { ...ANY_LETTER, reason: 'http_422' };
  const scope = { account_id: ANY_ACCOUNT, whole: false, filter };
  const page = { style: 'keyset', after: null, limit: 10 } as const;
  expect(await ask.letters({ ...scope, page })).toMatchObject({
    rows: [{ id, kind: 'message', reason: 'http_422', attempts: 1, connection: 'sms', message_id: id }],
  });
  const again = { ...scope, limit: 500, by: 'key-1', request_id: newRowId() };
  expect(await ask.redriveLetters(again)).toEqual({ redriven: [id] });
  await stands(id, { status: 'sent', round: 2 });
  expect((await ask.letters({ ...scope, page })).rows).toEqual([]);
});
