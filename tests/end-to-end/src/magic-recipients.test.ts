import { test } from '@jest/globals';
import { until } from '@parley/testkit';
import { messageIn } from './parley-client.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();

/** What becomes of a message to each recipient: its status, and the reason that it shows. */
const EXPECTED: readonly [to: string, status: string, reason: string | null][] = [
  ['+15005550001', 'failed', '21211'],
  ['+15005550002', 'failed', '21612'],
  ['+15005550003', 'failed', '21408'],
  ['+15005550004', 'failed', '21610'],
  ['+15005550009', 'failed', '21614'],
  ['+15005550429', 'delivered', null],
  ['+15005550500', 'delivered', null],
  ['+15005550503', 'delivered', null],
  ['+15005551500', 'failed', 'provider_unavailable'],
  ['+15005551503', 'failed', 'provider_unavailable'],
  ['+15005552001', 'delivered', null],
  ['+15005552002', 'delivered', null],
  ['+15005552003', 'delivered', null],
  // Held: there is no other message that is being sent and shows a reason.
  ['+15005552004', 'sending', 'outcome_unknown'],
  ['+15005552005', 'delivered', null],
  ['+15005530000', 'sent', null],
  ['+15005530003', 'undelivered', '30003'],
  ['+15005530007', 'undelivered', '30007'],
  ['invalid@simulator.test', 'failed', 'invalid_recipient'],
  ['suppressed@simulator.test', 'failed', 'recipient_suppressed'],
  ['429@simulator.test', 'delivered', null],
  ['unanswered@simulator.test', 'delivered', null],
  ['lost@simulator.test', 'delivered', null],
  ['silent@simulator.test', 'sent', null],
  ['bounce@simulator.test', 'undelivered', '5.1.1'],
];

test('messages to magic recipients end as the documentation says', async () => {
  const ends = EXPECTED.map(async ([to, status, status_reason]) => {
    // Senders of their own, so that none waits for what another one's lane has met.
    const from = to.includes('@') ? `from.${to}` : `+1415${to.slice(-7)}`;
    const { id } = messageIn(
      await parley.client().call('/v1/messages', { body: { from, to, body: 'hello' } }),
    );
    await until(
      async () => {
        const message = messageIn(await parley.client().call(`/v1/messages/${id}`));
        return message.status === status && message.status_reason === status_reason;
      },
      { what: `a message to ${to} is ${status}, ${status_reason}` },
    );
  });
  await Promise.all(ends);
});
