import { beforeEach, describe, expect, test } from '@jest/globals';
import type { MessageResource } from '@parley/contracts/http/message-resource';
import { adminOf, aNumber, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';
import { timeOf } from './time.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);
const time = timeOf(parley);

/** A message that was sent, or was not, though nobody was told, and that nobody may send again. */
async function aHeldMessage({
  to = aNumber(),
  wasSent = true,
  ...fields
}: { to?: string; wasSent?: boolean } & Record<string, unknown> = {}): Promise<MessageResource> {
  await provider.will(to, wasSent ? { accept_then_drop: true } : { drop: true });
  const { id } = await user.sends({ to, on_unknown_outcome: 'hold', ...fields });
  return await user.sees(id, 'sending', 'outcome_unknown');
}

// Late receipts are sent by those tests that want them.
beforeEach(() => provider.behaves({ receipts: 'off' }));

describe('a message of which nobody knows whether it was sent', () => {
  test('is held when it asks for that, and nobody calls again', async () => {
    const { id, to } = await aHeldMessage();
    const after = await user.sends();
    await user.sees(after.id, 'sent');
    expect(await user.message(id)).toMatchObject({ status: 'sending', status_reason: 'outcome_unknown' });
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
  });

  test('is found by its reason, and its timeline says so', async () => {
    const { id, to } = await aHeldMessage();
    const found = await untilListed(
      parley.client(),
      `status_reason=outcome_unknown&to=${encodeURIComponent(to)}`,
      1,
    );
    expect(found).toMatchObject([{ id }]);
    const events = (await user.timeline(id)).map(({ event }) => event);
    expect(events).toEqual(['accepted', 'attempt', 'held']);
  });

  test('is not canceled and not sent again', async () => {
    const { id } = await aHeldMessage();
    expect(await user.does('cancel', id)).toMatchObject({ status: 409, body: { code: 'not_cancelable' } });
    expect(await user.does('redrive', id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('is settled by a late receipt', async () => {
    const { id, to } = await aHeldMessage();
    const [call] = (await provider.calls(to)).entries;
    const receipt = {
      provider_reference: 'told-late',
      status: 'DELIVERED',
      client_reference: call?.idempotency_key,
    };
    await expecting(200, parley.client().webhook(call?.connection ?? '', JSON.stringify(receipt)));
    expect(await user.sees(id, 'delivered')).toMatchObject({ provider_message_id: 'told-late' });
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
  });

  test('has failed when its time is over, with that reason', async () => {
    const { id } = await aHeldMessage();
    await time.afterTheEndOf({ id });
    expect(await user.sees(id, 'failed')).toMatchObject({ status_reason: 'outcome_unknown' });
  });
});

describe('an operator who has found out', () => {
  const resolve = (id: string, outcome: string) => admin.does('resolve', id, { outcome });

  test('that it was sent, says so', async () => {
    const { id, to } = await aHeldMessage();
    expect(await resolve(id, 'sent')).toMatchObject({ status: 200, body: { status: 'sent' } });
    expect(await resolve(id, 'sent')).toMatchObject({ status: 200, body: { status: 'sent' } });
    expect(await resolve(id, 'not_sent')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await provider.calls(to)).toMatchObject({ calls: 1 });
  });

  test('that it was not sent, says so, and it has failed', async () => {
    const { id } = await aHeldMessage({ wasSent: false });
    expect(await resolve(id, 'not_sent')).toMatchObject({ status: 200, body: { status: 'failed' } });
  });

  test('that it should be sent again, has it sent', async () => {
    const { id, to } = await aHeldMessage({ wasSent: false });
    expect(await resolve(id, 'retry')).toMatchObject({ status: 200, body: { status: 'queued' } });
    await user.sees(id, 'sent');
    expect(await provider.calls(to)).toMatchObject({ calls: 2, sent: 1 });
    const events = (await user.timeline(id)).map(({ event }) => event);
    expect(events).toEqual(['accepted', 'attempt', 'held', 'resolved', 'attempt']);
  });

  test('needs the right key, a known outcome and a message that is held', async () => {
    const held = await aHeldMessage();
    expect(await user.does('resolve', held.id, { outcome: 'sent' })).toMatchObject({ status: 403 });
    expect(await resolve(held.id, 'perhaps')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/outcome', detail: expect.any(String) }] },
    });
    const { id } = await user.sends();
    await user.sees(id, 'sent');
    expect(await resolve(id, 'retry')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await resolve('msg_019a0000-0000-7000-8000-000000000000', 'sent')).toMatchObject({ status: 404 });
  });
});

describe('instead of being held', () => {
  test.each([
    ['sent, nothing is called again', { accept_then_drop: true }, { calls: 1, sent: 1 }],
    ['not sent, it is called again', { drop: true }, { calls: 2, sent: 1 }],
  ])('a message may have the provider asked: when it was %s', async (_what, fate, calls) => {
    const to = aNumber();
    await provider.will(to, fate);
    const { id } = await user.sends({ to, on_unknown_outcome: 'reconcile' });
    expect(await user.sees(id, 'sent')).toMatchObject({ provider_message_id: expect.any(String) });
    expect(await provider.calls(to)).toMatchObject(calls);
    const asked = (await user.timeline(id)).filter(({ event }) => event === 'lookup');
    expect(asked).toMatchObject([{ provider: 'sms', summary: expect.any(String) }]);
  });

  test('a message goes out again with its key where the connection honours keys, which is the default', async () => {
    const to = aNumber();
    await provider.will(to, { accept_then_drop: true });
    const { id } = await user.sends({ to });
    await user.sees(id, 'sent');
    expect(await provider.calls(to)).toMatchObject({ calls: 2, sent: 1 });
  });
});

test('where the connection does not honour keys, holding is the default', async () => {
  const honours = (value: boolean | null) =>
    Promise.all(
      ['sms', 'sms-2'].map((id) =>
        admin.asks(`/v1/connections/${id}`, { method: 'PATCH', body: { honours_idempotency_keys: value } }),
      ),
    );
  const changed = await honours(false);
  expect(changed.map(({ status }) => status)).toEqual([200, 200]);
  const to = aNumber();
  await provider.will(to, { accept_then_drop: true });
  const { id } = await user.sends({ to });
  await user.sees(id, 'sending', 'outcome_unknown');
  await honours(null);
  expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
});
