import { beforeAll, expect, test } from '@jest/globals';
import { receiptFacts } from '@parley/contracts/facts/receipt-facts';
import { accountId, newMessageId, type MessageId } from '@parley/contracts/ids';
import type { MessageStatus } from '@parley/contracts/message-status';
import { factsTexts, publish } from '@parley/platform/bus';
import { aConsent, anAcceptItem, seedAccount, until } from '@parley/testkit';
import { dispatching } from './testing/dispatching.ts';
import { aReceipt, attemptRows, makeDue, messageRow, SMS } from './testing/rows.ts';
import type { Step } from './testing/scripted-provider.ts';
import { addConsents } from './record-consent/store.ts';

const { url, db, bus, provider, accept, send, start } = await dispatching((at) => ({
  users: [{ user_name: 'ann' }, { user_name: 'bob' }],
  connections: [
    { id: SMS, provider: 'sms-gateway', types: ['sms', 'mms'], url: at },
    { id: 'broken', provider: 'mail-gateway', types: ['email'], url: 'http://127.0.0.1:1' },
  ],
}));

beforeAll(() => void start());

function reaches(id: MessageId, status: MessageStatus): Promise<unknown> {
  return until(async () => (await messageRow(db, id)).status === status, {
    what: `the message is ${status}`,
  });
}

const callsFor = (id: MessageId) => provider.calls.filter((call) => call.idempotency_key === id);

test('a message is accepted, sent once with its id as the key, and delivered when the provider says so', async () => {
  const id = await send([]);
  await reaches(id, 'sent');
  expect(provider.accepted.get(id)).toBe(1);
  const { provider_message_id } = await messageRow(db, id);
  const receipt = aReceipt('delivered', { provider_message_id: provider_message_id ?? '' });
  const [payload] = factsTexts(receiptFacts, [receipt]);
  await publish(bus, receiptFacts.subject, payload ?? '', receipt.receipt_id);
  await reaches(id, 'delivered');
  expect(await messageRow(db, id)).toMatchObject({ delivered_at: receipt.occurred_at, provider: 'sms' });
});

test('a 429 is waited out as long as the provider asks, and costs no attempt', async () => {
  const id = await send([{ answer: 429, retryAfterSeconds: 1 }]);
  await reaches(id, 'sent');
  const [first, second] = await attemptRows(db, id);
  const waitedMs = Date.parse(second?.started_at ?? '') - Date.parse(first?.finished_at ?? '');
  // Stored times are rounded to a millisecond, by two processes.
  expect(waitedMs).toBeGreaterThanOrEqual(998);
  expect(await messageRow(db, id)).toMatchObject({ attempt_no: 2, attempts_spent: 0 });
});

test('a provider that is not available is tried again', async () => {
  const id = await send([{ answer: 503 }, { answer: 500 }]);
  await reaches(id, 'sent');
  expect(await messageRow(db, id)).toMatchObject({ attempt_no: 3, attempts_spent: 2 });
  expect(await attemptRows(db, id)).toMatchObject([
    { outcome: 'unavailable', detail: 'http_503' },
    { outcome: 'unavailable', detail: 'http_500' },
    { outcome: 'accepted' },
  ]);
});

test('a refusal is final and says why', async () => {
  const id = await send([{ answer: 400 }]);
  await reaches(id, 'failed');
  expect(await messageRow(db, id)).toMatchObject({ status_reason: 'http_400', attempt_no: 1 });
});

test.each<[string, Step]>([
  ['does not answer in time', { answer: 'never' }],
  ['hangs up', { answer: 'hang-up' }],
])(
  'a provider that takes a message and %s is asked again with the same key, and sends once',
  async (_, step) => {
    const id = await send([step]);
    await reaches(id, 'sent');
    expect(callsFor(id)).toHaveLength(2);
    expect(provider.accepted.get(id)).toBe(1);
    expect(await attemptRows(db, id)).toMatchObject([{ outcome: 'unknown' }, { outcome: 'accepted' }]);
  },
);

test('a provider that nobody reaches makes the message fail when its attempts are spent', async () => {
  const id = await send([], { type: 'email', from: 'a@acme.test', to: 'b@example.test' });
  // Shortens the wait: three more attempts count as made.
  const hurry = () =>
    db
      .updateTable('message')
      .set({ attempts_spent: 4 })
      .where('id', '=', id)
      .where('status', '=', 'queued')
      .where('attempts_spent', 'in', [1, 2, 3])
      .execute();
  await until(
    async () => {
      await hurry();
      return (await messageRow(db, id)).status === 'failed';
    },
    { what: 'the message is failed' },
  );
  expect(await messageRow(db, id)).toMatchObject({
    status_reason: 'provider_unavailable',
    attempts_spent: 5,
  });
});

test('a type that no connection sends keeps its message queued and says so', async () => {
  await seedAccount(url, { id: 'empty', connections: [] });
  const id = await seedOther('empty');
  await until(async () => (await messageRow(db, id)).status_reason === 'no_connection', {
    what: 'it says why',
  });
  expect(await messageRow(db, id)).toMatchObject({ status: 'queued', attempt_no: 0 });
});

async function seedOther(account: string): Promise<MessageId> {
  const id = newMessageId();
  await accept(anAcceptItem({ id, account_id: accountId.parse(account) }));
  return id;
}

test('a scheduled message is sent when it is due, and not before', async () => {
  const at = Date.now() + 1_000;
  const send_at = new Date(at).toISOString();
  const id = await send([], { send_at });
  const chat = newMessageId();
  await accept(anAcceptItem({ id: chat, type: 'chat', from: 'ann', to: 'bob', send_at }));
  await reaches(id, 'sent');
  await reaches(chat, 'sent');
  expect(callsFor(id)).toHaveLength(1);
  expect(callsFor(id)[0]?.at).toBeGreaterThanOrEqual(at);
  expect(Date.parse((await messageRow(db, chat)).sent_at ?? '')).toBeGreaterThanOrEqual(at);
});

test('a recipient who opts out while a message waits does not get it', async () => {
  const id = await send([], { send_at: new Date(Date.now() + 3_600_000).toISOString() });
  const { to } = await messageRow(db, id);
  await addConsents(db, [aConsent({ address: to })]);
  await makeDue(db);
  await reaches(id, 'failed');
  expect(await messageRow(db, id)).toMatchObject({ status_reason: 'recipient_opted_out' });
  expect(callsFor(id)).toEqual([]);
});

test('many messages at once are all sent, each once', async () => {
  const items = Array.from({ length: 500 }, () => anAcceptItem({ to: '+12125559999' }));
  await Promise.all(items.map((item) => accept(item)));
  const sent = () =>
    db
      .selectFrom('message')
      .select('id')
      .where('to', '=', '+12125559999')
      .where('status', '=', 'sent')
      .execute();
  await until(async () => (await sent()).length === items.length, { what: 'all are sent' });
  expect(items.map(({ recipients: [recipient] }) => recipient && callsFor(recipient.id).length)).toEqual(
    items.map(() => 1),
  );
});
