import { describe, expect, test } from '@jest/globals';
import { accountId, messageId } from '@parley/contracts/ids';
import { sendMessage } from '@parley/contracts/work/send-message';
import { workRow } from '@parley/platform/outbox';
import { publishToBus } from './bus.ts';
import { aNumber, aSender, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const provider = providerOf(parley);

const instants = (entries: readonly { at: string }[]): number[] => entries.map(({ at }) => Date.parse(at));

describe('when the provider has too much to do', () => {
  test('it is left alone as long as it asks for, and the message is sent once', async () => {
    const to = aNumber();
    await provider.will(to, { status: 429, retry_after: 1 });
    const { id } = await user.sends({ to, from: aSender() });
    await user.sees(id, 'delivered');
    const { calls, sent, entries } = await provider.calls(to);
    const [first = 0, second = 0] = instants(entries);
    expect({ calls, sent }).toEqual({ calls: 2, sent: 1 });
    expect(second - first).toBeGreaterThanOrEqual(1_000);
  });

  test('its refusals cost the message no attempt', async () => {
    const to = aNumber();
    const busy = { status: 429, retry_after: 0 };
    await provider.will(
      to,
      busy,
      busy,
      busy,
      { status: 503 },
      { status: 503 },
      { status: 503 },
      { status: 503 },
    );
    const { id } = await user.sends({ to, from: aSender() });
    await user.sees(id, 'delivered');
    expect(await provider.calls(to)).toMatchObject({ calls: 8, sent: 1 });
  });
});

describe('when the provider refuses a message', () => {
  test.each([400, 403, 404, 413, 422])('with %d it has failed at once, and says why', async (status) => {
    const to = aNumber();
    await provider.will(to, { status, code: 'no_such_line' });
    const { id } = await user.sends({ to });
    expect(await user.sees(id, 'failed')).toMatchObject({ status_reason: 'no_such_line', sent_at: null });
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 0 });
  });
});

describe('when the provider is in trouble', () => {
  test.each([500, 502, 503, 504])('with %d it is called again, and sends once', async (status) => {
    const to = aNumber();
    await provider.will(to, { status });
    const { id } = await user.sends({ to });
    await user.sees(id, 'delivered');
    expect(await provider.calls(to)).toMatchObject({ calls: 2, sent: 1 });
  });

  test('five times, the message has failed', async () => {
    const to = aNumber();
    await provider.will(to, ...Array(5).fill({ status: 500 }));
    const { id } = await user.sends({ to });
    expect(await user.sees(id, 'failed')).toMatchObject({ status_reason: 'provider_unavailable' });
    expect(await provider.calls(to)).toMatchObject({ calls: 5, sent: 0 });
  });
});

describe('when no answer comes', () => {
  test.each([
    ['because the connection breaks', { accept_then_drop: true }],
    ['in time', { delay_ms: 60_000 }],
  ])(
    '%s, the same provider is asked with the same key, and the message is sent once',
    async (_what, fate) => {
      const to = aNumber();
      await provider.will(to, fate);
      await provider.behaves({ receipts: 'off' });
      const { id } = await user.sends({ to });
      await user.sees(id, 'sent');
      await provider.behaves({ receipts: {} });
      const { calls, sent, entries } = await provider.calls(to);
      expect({ calls, sent }).toEqual({ calls: 2, sent: 1 });
      expect(new Set(entries.map(({ connection }) => connection)).size).toBe(1);
      expect(new Set(entries.map((entry) => entry.idempotency_key)).size).toBe(1);
    },
  );
});

test('work that comes twice is done once', async () => {
  const to = aNumber();
  await provider.will(to, { delay_ms: 500 });
  const { id, from } = await user.sends({ to });
  const work = workRow(sendMessage, {
    message_id: messageId.parse(id.replace('msg_', '')),
    account_id: accountId.parse('demo'),
    type: 'sms',
    from,
    priority: 'normal',
    avoid: null,
    only: null,
  });
  await publishToBus(parley, work, 10);
  await user.sees(id, 'delivered');
  await publishToBus(parley, work, 10);
  const after = await user.sends({ from });
  await user.sees(after.id, 'delivered');
  expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
});
