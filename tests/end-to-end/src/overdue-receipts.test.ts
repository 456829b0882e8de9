import { expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { aNumber, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley({ envOf: { dispatcher: { RECEIPT_TIMEOUT_MS: '1000' } } });
const user = userOf(parley);
const provider = providerOf(parley);

/** A message that its provider took and never reported on. */
async function anUnreportedMessage() {
  const to = aNumber();
  await provider.will(to, { receipt: 'none' });
  const { id } = await user.sends({ to });
  return user.sees(id, 'sent', 'receipt_overdue');
}

test('a message without a receipt in time says so, is listed by that, and its timeline tells it', async () => {
  const { id, to } = await anUnreportedMessage();
  const query = `status=sent&status_reason=receipt_overdue&to=${encodeURIComponent(to)}`;
  expect(await untilListed(parley.client(), query, 1)).toMatchObject([{ id }]);
  expect((await user.timeline(id)).map(({ event }) => event)).toEqual([
    'accepted',
    'attempt',
    'receipt_overdue',
  ]);
});

test('a receipt that comes after all takes that away, in lists too', async () => {
  const { id, to, provider_message_id } = await anUnreportedMessage();
  const receipt = JSON.stringify({ provider_reference: provider_message_id, status: 'DELIVERED' });
  await expecting(200, parley.client().webhook('sms', receipt));
  expect(await user.sees(id, 'delivered')).toMatchObject({ status_reason: null });
  const listed = await until(
    async () => {
      const [message] = await user.lists(`to=${encodeURIComponent(to)}&status=delivered`);
      return message ?? null;
    },
    { what: 'it is listed as delivered' },
  );
  expect(listed).toMatchObject({ id, status_reason: null });
});

test('a message that is reported on in time never says so', async () => {
  const { id } = await user.sends();
  await user.sees(id, 'delivered');
  await anUnreportedMessage();
  expect(await user.message(id)).toMatchObject({ status: 'delivered', status_reason: null });
  expect((await user.timeline(id)).map(({ event }) => event)).not.toContain('receipt_overdue');
});
