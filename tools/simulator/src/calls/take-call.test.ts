import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import { eventually } from '../testing/eventually.ts';
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts';

let simulator: TestSimulator;
beforeEach(async () => {
  simulator = await startTestSimulator();
});
afterEach(() => simulator.close());

const TO = '+14155550101';
const message = { from: '+14155550100', to: TO, type: 'sms', body: 'Hello', attachments: [], timestamp: '' };
const send = (key: string, { connection = 'sms', to = TO } = {}) =>
  simulator.call('POST', `/${connection}/messages`, { ...message, to }, { 'idempotency-key': key });
const script = (...outcomes: unknown[]) => simulator.call('POST', '/control/scripts', { to: TO, outcomes });
const ledger = async (query = '') => (await simulator.call('GET', `/control/ledger${query}`)).body;

test('a message is accepted, and a receipt follows that the provider signed', async () => {
  const { status, body } = await send('k1');
  expect(status).toBe(200);
  await eventually(() =>
    expect(simulator.webhooks('sms')).toMatchObject([
      {
        kind: 'receipt',
        status: 'delivered',
        provider_message_id: (body as { id: string }).id,
        client_reference: null,
      },
    ]),
  );
});

test('an e-mail gets its receipt too, signed by Standard Webhooks', async () => {
  await send('k1', { connection: 'mail' });
  await eventually(() =>
    expect(simulator.webhooks('mail')).toMatchObject([{ kind: 'receipt', status: 'delivered' }]),
  );
});

test('the receipt names the idempotency key', async () => {
  const id = newMessageId();
  await send(id);
  await eventually(() => expect(simulator.webhooks('sms')).toMatchObject([{ client_reference: id }]));
});

test('a repeated key is answered as at first, counted, and accepted once, with one receipt', async () => {
  const first = await send('k1');
  expect(await send('k1')).toMatchObject({ status: 200, body: first.body });
  expect(await ledger()).toEqual({ calls: 2, accepted: 1, sent: 1 });
  await send('k2');
  await eventually(() => expect(simulator.webhooks('sms')).toHaveLength(2));
});

test('two connections are two providers', async () => {
  const [one, two] = [await send('k1'), await send('k1', { connection: 'sms-2' })];
  expect(one.body).not.toEqual(two.body);
  expect(await ledger()).toEqual({ calls: 2, accepted: 2, sent: 2 });
});

test.each(['[]', 'no JSON', '{"from":"a"}', '{"from":1,"to":2}'])(
  '%s is refused and counted',
  async (body) => {
    expect(await simulator.call('POST', '/sms/messages', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
    expect(await ledger()).toEqual({ calls: 1, accepted: 0, sent: 0 });
  },
);

describe('a script', () => {
  test('plays one outcome per call and then goes on as normal', async () => {
    await script({ status: 429, retry_after: 2 }, { status: 500 }, { status: 422 });
    expect(await send('k1')).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
    expect(await send('k1')).toMatchObject({ status: 500 });
    expect(await send('k1')).toMatchObject({ status: 422, body: { code: 'simulated_422' } });
    expect(await send('k1')).toMatchObject({ status: 200 });
    expect(await ledger()).toEqual({ calls: 4, accepted: 1, sent: 1 });
  });

  test('leaves other recipients alone', async () => {
    await script({ status: 500 });
    expect(await send('k1', { to: '+1999' })).toMatchObject({ status: 200 });
    expect(await send('k2')).toMatchObject({ status: 500 });
  });

  test('is not consumed by the repetition of an accepted key', async () => {
    await send('k1');
    await script({ status: 500 });
    expect(await send('k1')).toMatchObject({ status: 200 });
    expect(await send('k2')).toMatchObject({ status: 500 });
  });

  test('accepts and breaks the connection; the repetition learns the reference, and the receipt came anyway', async () => {
    await script({ accept_then_drop: true });
    await expect(send('k1')).rejects.toThrow('other side closed');
    await eventually(() => expect(simulator.webhooks('sms')).toHaveLength(1));
    const { body } = await send('k1');
    expect(simulator.webhooks('sms')).toMatchObject([{ provider_message_id: (body as { id: string }).id }]);
    expect(await ledger(`?to=${TO}`)).toMatchObject({
      calls: 2,
      accepted: 1,
      entries: [{ status: null }, { status: 200 }],
    });
  });

  test('breaks the connection without accepting, and no receipt comes of it', async () => {
    await script({ drop: true });
    await expect(send('k1')).rejects.toThrow('other side closed');
    expect(await ledger()).toEqual({ calls: 1, accepted: 0, sent: 0 });
    const { body } = await send('k1');
    await eventually(() =>
      expect(simulator.webhooks('sms')).toMatchObject([{ provider_message_id: (body as { id: string }).id }]),
    );
  });

  test('refuses with a code and words of its own', async () => {
    await script({ status: 400, code: '21614', detail: 'Not a mobile number' });
    expect(await send('k1')).toMatchObject({
      status: 400,
      body: { code: '21614', detail: 'Not a mobile number' },
    });
  });

  test('says what the receipt says', async () => {
    await script({ receipt: 'none' }, { receipt: 'failed', error_code: '30005' }, { receipt: 'failed' });
    for (const key of ['k1', 'k2', 'k3']) await send(key);
    await eventually(() => expect(simulator.webhooks('sms')).toHaveLength(2));
    expect(simulator.webhooks('sms')).toMatchObject([
      { status: 'undelivered', error_code: '30005' },
      { status: 'undelivered', error_code: '30003' },
    ]);
  });

  test('says that a message was delivered, then that it was read', async () => {
    await script({ receipt: 'read' });
    await send('k1');
    await eventually(() =>
      expect(simulator.webhooks('sms')).toMatchObject([{ status: 'delivered' }, { status: 'read' }]),
    );
  });

  test('accepts at once and answers late', async () => {
    await script({ delay_ms: 200 });
    const late = send('k1');
    await eventually(async () => expect(await ledger()).toEqual({ calls: 1, accepted: 1, sent: 1 }));
    const repeated = await send('k1');
    expect((await late).body).toEqual(repeated.body);
  });
});

describe('chaos', () => {
  const chaos = (setting: object) => simulator.call('PUT', '/control/chaos', setting);
  const calls = Array.from({ length: 60 }, (_, number) => `+1415555${number}`);
  const statusOf = (to: string, prefix: string) =>
    send(prefix + to, { to }).then(
      ({ status }) => status,
      () => 'dropped',
    );

  test('the same seed gives the same faults, in whatever order the calls come', async () => {
    const setting = { seed: 5, rate_429: 0.2, rate_500: 0.2, drop_rate: 0.2 };
    await chaos(setting);
    const first: unknown[] = [];
    for (const to of calls) first.push(await statusOf(to, 'a'));
    await chaos(setting);
    const atOnce = await Promise.all(calls.toReversed().map((to) => statusOf(to, 'b')));
    expect(atOnce.toReversed()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 429, 500, 'dropped']));
  });

  test('ignored keys are sent again, each with a reference and a receipt of its own', async () => {
    await chaos({ ignore_keys: true, receipts: { delay_ms: 0 } });
    const [one, two] = [await send('k1'), await send('k1')];
    expect(one.body).not.toEqual(two.body);
    const counts = { calls: 2, accepted: 1, sent: 2 };
    expect(await ledger()).toEqual(counts);
    expect(await ledger(`?to=${TO}`)).toMatchObject(counts);
    await eventually(() => expect(simulator.webhooks('sms')).toHaveLength(2));
    await chaos({});
    expect((await send('k1')).body).toEqual(one.body);
  });

  test('a provider that is down answers 503 to everything, and the others go on', async () => {
    await script({ status: 400 });
    await chaos({ down: ['sms'] });
    expect(await send('k1')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await simulator.call('GET', '/sms/messages?client_reference=k1')).toMatchObject({ status: 503 });
    await chaos({});
    expect(await send('k1')).toMatchObject({ status: 400 });
    await chaos({ down: ['sms'] });
    expect(await send('k1', { connection: 'sms-2' })).toMatchObject({ status: 200 });
  });

  test('nothing is reported while receipts are off', async () => {
    await chaos({});
    await send('k1');
    await chaos({ receipts: { delay_ms: 0 } });
    const { body } = await send('k2');
    await eventually(() => expect(simulator.webhooks('sms')).not.toHaveLength(0));
    expect(simulator.webhooks('sms')).toMatchObject([{ provider_message_id: (body as { id: string }).id }]);
  });

  test('receipts say FAILED, come twice with the same event id, and come before the answer', async () => {
    await chaos({ receipts: { failed_rate: 1, duplicate_rate: 1, before_response_rate: 1, delay_ms: 0 } });
    await send('k1');
    expect(simulator.webhooks('sms')).toMatchObject([{ status: 'undelivered', error_code: '30003' }]);
    await eventually(() => expect(simulator.webhooks('sms')).toHaveLength(2));
    const [first, second] = simulator.webhooks('sms');
    expect(second).toEqual(first);
  });
});

test('receipts survive a gateway that is away for a while', async () => {
  await simulator.gateway.stop();
  await send('k1');
  await send('k2', { connection: 'mail' });
  await eventually(async () =>
    expect((await simulator.call('GET', '/control/receipts')).body).toMatchObject({
      pending: 2,
      delivered: 0,
    }),
  );
  await simulator.gateway.start();
  await eventually(async () =>
    expect((await simulator.call('GET', '/control/receipts')).body).toEqual({
      pending: 0,
      delivered: 2,
      dropped: 0,
    }),
  );
  expect(simulator.webhooks('mail')).toMatchObject([{ kind: 'receipt' }]);
});
