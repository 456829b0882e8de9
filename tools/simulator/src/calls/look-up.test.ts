import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PROVIDERS } from '@parley/providers/registry';
import { request } from 'undici';
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts';

let simulator: TestSimulator;
beforeEach(async () => {
  simulator = await startTestSimulator();
});
afterEach(() => simulator.close());

const message = { from: '+14155550100', to: '+14155550101' };
const send = (key: string, connection = 'sms') =>
  simulator.call('POST', `/${connection}/messages`, message, { 'idempotency-key': key });
const lookUp = (query: string, connection = 'sms') =>
  simulator.call('GET', `/${connection}/messages${query}`);
const script = (outcome: object) =>
  simulator.call('POST', '/control/scripts', { to: message.to, outcomes: [outcome] });

test('a message that was taken is listed by its key, and by no other', async () => {
  const { body } = await send('k+1');
  expect(await lookUp('?client_reference=k%2B1')).toMatchObject({
    status: 200,
    body: { data: [{ ...(body as object), client_reference: 'k+1' }] },
  });
  for (const [query, connection] of [
    ['?client_reference=k', 'sms'],
    ['?client_reference=k%2B1', 'sms-2'],
  ] as const)
    expect(await lookUp(query, connection)).toMatchObject({ status: 200, body: { data: [] } });
});

test('so is one whose call was never answered, and not one that was never taken', async () => {
  await script({ accept_then_drop: true });
  await send('taken').catch(() => {});
  await script({ drop: true });
  await send('lost').catch(() => {});
  await script({ status: 500 });
  await send('failed');
  const listed = async (key: string) =>
    ((await lookUp(`?client_reference=${key}`)).body as { data: unknown[] }).data.length;
  expect([await listed('taken'), await listed('lost'), await listed('failed')]).toEqual([1, 0, 0]);
});

test('a key that was sent twice is listed twice', async () => {
  await simulator.call('PUT', '/control/chaos', { ignore_keys: true });
  const sent = [(await send('k1')).body, (await send('k1')).body];
  const { body } = await lookUp('?client_reference=k1');
  expect(body).toMatchObject({ data: sent });
});

test('nothing is listed without saying what', async () => {
  expect(await lookUp('')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
});

test('looking up is no call', async () => {
  await lookUp('?client_reference=k1');
  expect((await simulator.call('GET', '/control/ledger')).body).toMatchObject({ calls: 0 });
});

test.each([
  ['sms-gateway', 'sms'],
  ['mail-gateway', 'mail'],
])('the %s finds what it sent', async (name, connection) => {
  const find = PROVIDERS.find((provider) => provider.name === name)?.find;
  const account = { url: `${simulator.url}/${connection}`, token: null };
  const get = async (url: string, headers: Record<string, string>) => {
    const answer = await request(url, { headers });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  };
  const { body } = await send('k1', connection);
  const { id } = body as { id: string };
  expect(await find?.('k1', account, get)).toEqual({ kind: 'found', provider_message_id: id });
  expect(await find?.('k2', account, get)).toEqual({ kind: 'not_found' });
  await simulator.call('PUT', '/control/chaos', { down: [connection] });
  expect(await find?.('k1', account, get)).toEqual({ kind: 'unknown', reason: 'http_503' });
});
