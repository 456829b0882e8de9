import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts';

let simulator: TestSimulator;
beforeEach(async () => {
  simulator = await startTestSimulator();
});
afterEach(() => simulator.close());

const send = (key: string, to: string, connection = 'sms') =>
  simulator.call('POST', `/${connection}/messages`, { from: '+14155550100', to }, { 'idempotency-key': key });

test('a refusal comes with its code, without being told', async () => {
  expect(await send('k1', '+15005550001')).toMatchObject({ status: 400, body: { code: '21211' } });
});

test('a failure is reported after the message was taken', async () => {
  expect(await send('k1', 'bounce@simulator.test', 'mail')).toMatchObject({ status: 200 });
  await eventually(() =>
    expect(simulator.webhooks('mail')).toMatchObject([{ status: 'undelivered', error_code: '5.1.1' }]),
  );
});

test('magic waits for scripts, and what it makes of a first call it does not make of the next', async () => {
  const to = '+15005550429';
  await simulator.call('POST', '/control/scripts', { to, outcomes: [{ status: 500 }] });
  expect(await send('k1', to)).toMatchObject({ status: 500 });
  expect(await send('k1', to)).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
  expect(await send('k1', to)).toMatchObject({ status: 200 });
  expect((await simulator.call('GET', `/control/ledger?to=${to}`)).body).toMatchObject({
    calls: 3,
    accepted: 1,
    sent: 1,
  });
});

test('magic goes before chaos, but makes no receipt while they are off', async () => {
  await simulator.call('PUT', '/control/chaos', { rate_500: 1 });
  expect(await send('k1', '+15005530003')).toMatchObject({ status: 200 });
  expect((await simulator.call('GET', '/control/receipts')).body).toMatchObject({ pending: 0 });
});

test('a message that was taken without an answer is known by its key', async () => {
  await expect(send('k1', '+15005552001')).rejects.toThrow('other side closed');
  expect(await send('k1', '+15005552001')).toMatchObject({ status: 200 });
  expect((await simulator.call('GET', '/control/ledger')).body).toEqual({ calls: 2, accepted: 1, sent: 1 });
});
