import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConsentEntry } from '@parley/contracts/consent';
import { newMessageId } from '@parley/contracts/ids';
import { UNSUBSCRIBE, writeUnsubscription } from '@parley/contracts/unsubscribe';
import { aConsent, ANY_ACCOUNT, testKeyring } from '@parley/testkit';
import { httpServer, type HttpServer } from '@parley/platform/http';
import { createLogger, createMetrics } from '@parley/platform/runtime';
import { openUnsubscribe, unsubscribe } from './route.ts';

const keyring = testKeyring();
const address = 'you@b.test';
const message_id = newMessageId();
const token = keyring.toToken(
  writeUnsubscription({ account_id: ANY_ACCOUNT, type_class: 'email', address, message_id }),
  UNSUBSCRIBE,
);

let ledger: ConsentEntry[] = [];
let server: HttpServer;

beforeAll(async () => {
  const owners = {
    readConsent: async () => ledger.toReversed(),
    recordConsent: async (item: Omit<ConsentEntry, 'received_at'> & { received_at: string | null }) => {
      const line = { ...item, received_at: item.received_at ?? '2026-01-15T10:00:00.000Z' };
      ledger.push(line);
      return line;
    },
  };
  const path = '/u/:token';
  server = httpServer({
    port: 0,
    host: '127.0.0.1',
    routes: [
      { method: 'GET', path, handle: openUnsubscribe({ keyring }) },
      { method: 'POST', path, handle: unsubscribe({ owners, keyring }) },
    ],
    logger: createLogger('gateway', 'silent'),
    metrics: createMetrics('gateway'),
    logRequests: false,
  });
  await server.start();
});
beforeEach(() => {
  ledger = [];
});
afterAll(() => server.stop());

const open = (name = token, init: RequestInit = {}) => {
  const { host, port } = server.address();
  return fetch(`http://${host}:${port}/u/${name}`, { redirect: 'manual', ...init });
};
type Body = NonNullable<RequestInit['body']>;
const press = (body: Body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), name = token) =>
  open(name, { method: 'POST', body });

describe('the link', () => {
  test('shows a button, and opening it changes nothing', async () => {
    const answer = await open();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await answer.text()).toContain('<form method="post">');
    expect(ledger).toEqual([]);
  });

  test.each(['nonsense', `${token}A`, token.slice(1)])(
    'that nobody here made leads nowhere',
    async (name) => {
      expect((await open(name)).status).toBe(404);
      expect((await press(undefined, name)).status).toBe(404);
      expect(ledger).toEqual([]);
    },
  );
});

describe('one click', () => {
  const multipart = new FormData();
  multipart.set('List-Unsubscribe', 'One-Click');

  test.each<[string, Body | undefined]>([
    ['urlencoded', undefined],
    ['multipart', multipart],
  ])('as a %s form is a line of the ledger, without a redirect or a cookie', async (_what, body) => {
    const answer = await press(body);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
    expect(ledger).toMatchObject([
      {
        account_id: ANY_ACCOUNT,
        type_class: 'email',
        address,
        state: 'opted_out',
        source: 'one_click',
        evidence: `list_unsubscribe of msg_${message_id}`,
      },
    ]);
  });

  test('again adds nothing, unless they opted in meanwhile', async () => {
    await press();
    await press();
    expect(ledger).toHaveLength(1);
    ledger.push(aConsent({ address, type_class: 'email', state: 'opted_in' }));
    expect((await press()).status).toBe(200);
    expect(ledger.map(({ state }) => state)).toEqual(['opted_out', 'opted_in', 'opted_out']);
  });

  test.each<[string, RequestInit, number]>([
    ['nothing', {}, 415],
    [
      'JSON',
      { body: '{"List-Unsubscribe":"One-Click"}', headers: { 'content-type': 'application/json' } },
      415,
    ],
    ['another form', { body: new URLSearchParams({ 'List-Unsubscribe': 'No' }) }, 422],
    ['a broken form', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }, 422],
    ['too much', { body: new URLSearchParams({ 'List-Unsubscribe': 'x'.repeat(20_000) }) }, 413],
  ])('that says %s is refused', async (_what, init, status) => {
    expect((await open(token, { method: 'POST', ...init })).status).toBe(status);
    expect(ledger).toEqual([]);
  });
});
