import { expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { aNumber, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const provider = providerOf(parley);

test.each([
  ['an SMS', { to: aNumber(), type: 'sms' }],
  ['an e-mail', { from: 'support@acme.example', to: 'somebody@mail.example', type: 'email', subject: 'Hi' }],
])('%s that its recipient reads is delivered, then read, with both times', async (_, fields) => {
  await provider.will(fields.to, { receipt: 'read' });
  const { id } = await user.sends(fields);
  const read = await user.sees(id, 'read');
  expect(read.status_reason).toBeNull();
  expect([read.delivered_at ?? '', read.read_at ?? '']).toEqual([read.delivered_at, read.read_at].toSorted());
  expect(read.delivered_at).not.toBe(read.read_at);
  const receipts = (await user.timeline(id)).filter(({ event }) => event === 'receipt');
  expect(receipts.map(({ details }) => details['status'])).toEqual(['delivered', 'read']);
  await untilListed(parley.client(), `status=read&to=${encodeURIComponent(fields.to)}`, 1);
});

test('a magic recipient reads what it gets', async () => {
  const { id } = await user.sends({ to: '+15005530010' });
  expect(await user.sees(id, 'read')).toMatchObject({ to: '+15005530010' });
});

test('receipts that come in another order, twice or too late end in the same message', async () => {
  const to = aNumber();
  await provider.will(to, { receipt: 'none' });
  const { id } = await user.sends({ to });
  const { provider_message_id } = await user.sees(id, 'sent');
  const [deliveredAt = '', readAt = ''] = [0, 1_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const report = (status: string, occurred_at: string) =>
    expecting(
      200,
      parley
        .client()
        .webhook('sms', JSON.stringify({ provider_reference: provider_message_id, status, occurred_at })),
    );
  await report('READ', readAt);
  expect(await user.sees(id, 'read')).toMatchObject({ read_at: readAt, delivered_at: readAt });
  expect((await report('read', readAt)).body).toEqual({ status: 'duplicate' });
  await report('FAILED', readAt);
  await report('DELIVERED', deliveredAt);
  await until(async () => (await user.message(id)).delivered_at === deliveredAt, { what: 'it is applied' });
  expect(await user.message(id)).toMatchObject({ status: 'read', read_at: readAt, status_reason: null });
  await untilListed(parley.client(), `status=read&to=${encodeURIComponent(to)}`, 1);
});
