import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { testLog, type TestLog } from '../testing/webhook-log.ts';
import { aReceipt, asKnown, aWebhook, anEmail, anSms, MAIL, SMS } from './webhook-fixtures.ts';

const TENANT = accountId.parse('tenant');

let log: TestLog;

beforeAll(async () => {
  log = await testLog();
});
beforeEach(async () => {
  await log.clear();
  for (const one of [SMS, MAIL]) log.connections.set(one.id, { ...asKnown(one), is_shared: true });
});
afterAll(() => log.stop());

const filed = async () => {
  const rows = await log.db
    .selectFrom('inbound_message')
    .select(['provider_message_id', 'account_id'])
    .execute();
  return Object.fromEntries(rows.map((row) => [row.provider_message_id, row.account_id]));
};

test('what comes through a shared connection belongs to whose sender its recipient is, else to its own account', async () => {
  log.senders.set('+12016661234', TENANT).set('contact@gmail.com', TENANT);
  await log.receive([
    aWebhook(SMS, anSms({ messaging_provider_id: 'known' })),
    aWebhook(SMS, anSms({ messaging_provider_id: 'unknown', to: '+12016669999' })),
    aWebhook(MAIL, anEmail({ xillio_id: 'mail' })),
    aWebhook(SMS, aReceipt()),
  ]);
  expect(await filed()).toEqual({ known: 'tenant', unknown: 'acme', mail: 'tenant' });
  const of = async (account?: typeof TENANT) =>
    (await log.list({}, undefined, account)).rows.map(({ provider_message_id }) => provider_message_id);
  expect((await of(TENANT)).toSorted()).toEqual(['known', 'mail']);
  expect((await of()).toSorted()).toEqual(['ref-1', 'unknown']);
});

test('what comes through another connection belongs to its account, whoever the recipient is', async () => {
  log.connections.set(SMS.id, asKnown(SMS));
  log.senders.set('+12016661234', TENANT);
  await log.receive([aWebhook(SMS, anSms())]);
  expect(await filed()).toEqual({ 'message-1': 'acme' });
});

test('what was filed stays there when the sender goes to somebody else', async () => {
  log.senders.set('+12016661234', TENANT);
  await log.receive([aWebhook(SMS, anSms())]);
  log.senders.clear();
  expect(await log.receive([aWebhook(SMS, anSms())])).toEqual([{ outcome: 'duplicate' }]);
  expect(await filed()).toEqual({ 'message-1': 'tenant' });
  expect(await log.newest()).toMatchObject({ verdict: 'duplicate', message_id: null });
});
