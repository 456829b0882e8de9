import { describe, expect, test } from '@jest/globals';
import { messageIn } from './parley-client.ts';
import { runningParley, untilStatus } from './running-parley.ts';

const parley = runningParley();

describe('when a provider has trouble', () => {
  const send = (to: string) =>
    parley.client().call('/v1/messages', { body: { from: 'MyCorp', to, body: 'hello' } });
  const script = (to: string, outcomes: object[]) =>
    parley.client().simulator('/control/scripts', { body: { to, outcomes } });

  test('429 is waited out as long as it asks, 503 is tried again, and the message is sent once', async () => {
    const to = '+4915100000001';
    await script(to, [{ status: 429, retry_after: 1 }, { status: 503 }]);
    const { id } = messageIn(await send(to));
    await untilStatus(parley.client(), id, 'delivered');
    const ledger = await parley.client().simulator(`/control/ledger?to=${encodeURIComponent(to)}`);
    expect(ledger.body).toMatchObject({ calls: 3, accepted: 1 });
  });

  test('an answer that never came is asked for again with the same key, and the message is sent once', async () => {
    const to = '+4915100000002';
    await script(to, [{ accept_then_drop: true }]);
    const { id } = messageIn(await send(to));
    await untilStatus(parley.client(), id, 'delivered');
    const ledger = await parley.client().simulator(`/control/ledger?to=${encodeURIComponent(to)}`);
    expect(ledger.body).toMatchObject({ accepted: 1 });
  });

  test('a refusal is final and says why', async () => {
    const to = '+4915100000003';
    await script(to, [{ status: 400 }]);
    const { id } = messageIn(await send(to));
    expect((await untilStatus(parley.client(), id, 'failed')).body).toMatchObject({
      status_reason: expect.any(String),
    });
  });

  test('a message whose attempts have run out has failed', async () => {
    const to = '+4915100000004';
    await script(
      to,
      Array.from({ length: 5 }, () => ({ status: 503 })),
    );
    const { id } = messageIn(await send(to));
    const failed = await untilStatus(parley.client(), id, 'failed');
    expect(failed.body).toMatchObject({ status_reason: 'provider_unavailable' });
  }, 90_000);
});
