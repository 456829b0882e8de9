import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());
beforeEach(async () => {
  await simulator.call('PUT', '/control/chaos', {});
  simulator.gateway.received.length = 0;
  simulator.gateway.respond = () => 200;
});

const pointersOf = (body: unknown) =>
  (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);

describe('POST /control/inbound', () => {
  const inbound = (body: unknown) => simulator.call('POST', '/control/inbound', body);
  const numbers = { from: '+14155550100', to: '+14155550101' };

  test.each([
    [
      { connection: 'inbox', ...numbers, body: 'Hello' },
      { type: 'sms', ...numbers, body: 'Hello' },
    ],
    [
      { connection: 'sms', ...numbers, body: 'Hello', id: 'message-1', timestamp: '2024-11-01T14:00:00Z' },
      { type: 'sms', provider_message_id: 'message-1', timestamp: '2024-11-01T14:00:00.000Z' },
    ],
    [
      { connection: 'sms-2', ...numbers, attachments: ['https://example.com/a.png'] },
      { type: 'mms', body: null, attachments: ['https://example.com/a.png'] },
    ],
    [
      { connection: 'mail', from: 'a@example.com', to: 'b@example.com', subject: 'Hi', body: '<b>Hello</b>' },
      { type: 'email', subject: 'Hi', body: '<b>Hello</b>' },
    ],
  ])('makes, signs and delivers %j', async (body, parsed) => {
    const { status, body: told } = await inbound(body);
    expect(status).toBe(200);
    expect(told).toMatchObject({ answer: { status: 200, body: { status: 'accepted' } } });
    expect(simulator.webhooks(body.connection)).toMatchObject([{ kind: 'message', ...parsed }]);
  });

  test('sends what is wrong as it is, and tells what the gateway says of it', async () => {
    simulator.gateway.respond = () => 422;
    const { status, body } = await inbound({ connection: 'inbox', from: 'nobody', to: '' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ answer: { status: 422 } });
    expect(simulator.webhooks('inbox')).toMatchObject([{ kind: 'invalid' }]);
  });

  test.each([
    [{ connection: 'fax', from: 'a', to: 'b' }, ['#/connection']],
    [{ connection: 'inbox', to: 'b', attachments: [] }, ['#/from', '#/attachments']],
    [{ connection: 'sms', from: 'a', to: 'b', subject: 'x' }, ['#/subject']],
  ])('refuses %j', async (body, pointers) => {
    const answer = await inbound(body);
    expect(answer).toMatchObject({
      status: 422,
      headers: { 'content-type': 'application/problem+json' },
      body: { code: 'validation_failed' },
    });
    expect(pointersOf(answer.body)).toEqual(pointers);
    expect(simulator.gateway.received).toHaveLength(0);
  });

  test('says so when there is no gateway', async () => {
    await simulator.gateway.stop();
    expect(await inbound({ connection: 'inbox', ...numbers })).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
    });
    await simulator.gateway.start();
  });
});

describe('POST /control/scripts', () => {
  test.each([
    [{}, ['#/to', '#/outcomes']],
    [{ to: '+1', outcomes: [] }, ['#/outcomes']],
    [{ to: '+1', outcomes: [{ status: 500 }, { statuss: 1 }] }, ['#/outcomes/1']],
    [{ to: '+1', outcomes: [{ status: 500 }], times: 2 }, ['#/times']],
    [{ connection: 'fax', to: '+1', outcomes: [{ status: 500 }] }, ['#/connection']],
  ])('refuses %j', async (body, pointers) => {
    const answer = await simulator.call('POST', '/control/scripts', body);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toEqual(pointers);
  });
});

describe('PUT /control/chaos', () => {
  test('replaces the whole setting and answers it', async () => {
    await simulator.call('PUT', '/control/chaos', { seed: 1, rate_429: 0.5, latency_ms: 3 });
    const { body } = await simulator.call('PUT', '/control/chaos', { rate_500: 0.25 });
    expect(body).toEqual({
      seed: 0,
      rate_429: 0,
      rate_500: 0.25,
      drop_rate: 0,
      latency_ms: 0,
      ignore_keys: false,
      down: [],
      receipts: 'off',
    });
    expect((await simulator.call('GET', '/control/chaos')).body).toEqual(body);
  });

  test.each([
    [{ rate_429: -0.1 }, ['#/rate_429']],
    [{ rate_429: 0.5, rate_500: 0.6 }, ['#/drop_rate']],
    [{ rate_503: 0.5 }, ['#/rate_503']],
    [{ down: ['sms', 'fax'] }, ['#/down']],
    [{ ignore_keys: 'yes' }, ['#/ignore_keys']],
    [{ seed: 'x', latency_ms: -1 }, ['#/seed', '#/latency_ms']],
    [{ receipts: 'on' }, ['#/receipts']],
    [{ receipts: { delay: 5 } }, ['#/receipts/delay']],
  ])('refuses %j', async (body, pointers) => {
    const answer = await simulator.call('PUT', '/control/chaos', body);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toEqual(pointers);
  });
});

describe('GET /control/ledger', () => {
  const ledger = (query: string) => simulator.call('GET', `/control/ledger${query}`);

  test('tells the calls to a recipient, and without a filter counts only', async () => {
    const before = (await ledger('')).body as { calls: number; accepted: number; sent: number };
    const to = '+14155550177';
    for (const connection of ['sms', 'sms-2'])
      await simulator.call(
        'POST',
        `/${connection}/messages`,
        { from: 'MyCorp', to },
        { 'idempotency-key': 'k-177' },
      );
    const entry = {
      idempotency_key: 'k-177',
      status: 200,
      from: 'MyCorp',
      to,
      list_unsubscribe: null,
      sent: true,
    };
    expect((await ledger(`?to=${to}`)).body).toMatchObject({
      calls: 2,
      accepted: 2,
      sent: 2,
      entries: [
        { ...entry, connection: 'sms' },
        { ...entry, connection: 'sms-2' },
      ],
    });
    expect((await ledger(`?to=${encodeURIComponent(to)}&connection=sms`)).body).toEqual({
      calls: 1,
      accepted: 1,
      sent: 1,
      entries: [{ ...entry, connection: 'sms', at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) }],
    });
    const latest = { calls: 2, entries: [{ ...entry, connection: 'sms-2' }] };
    expect((await ledger(`?to=${to}&limit=1`)).body).toMatchObject(latest);
    expect((await ledger(`?to=${to}&limit=0`)).body).toMatchObject({ calls: 2, entries: [] });
    expect((await ledger(`?to=${to}&from=MyCorp`)).body).toMatchObject({ calls: 2 });
    expect((await ledger(`?to=${to}&from=Other`)).body).toMatchObject({ calls: 0 });
    expect((await ledger('?to=')).body).toEqual({
      calls: before.calls + 2,
      accepted: before.accepted + 2,
      sent: before.sent + 2,
    });
  });

  test('knows nothing of a recipient that nobody called', async () => {
    expect((await ledger('?to=nobody')).body).toEqual({ calls: 0, accepted: 0, sent: 0, entries: [] });
  });

  test.each([
    ['?since=a', ['#/since']],
    ['?limit=-1', ['#/limit']],
    ['?limit=all', ['#/limit']],
    ['?connection=fax', ['#/connection']],
  ])('refuses %s', async (query, pointers) => {
    const answer = await ledger(query);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toEqual(pointers);
  });
});

describe('the door itself', () => {
  test('tells that it is ready', async () => {
    expect(await simulator.call('GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
  });

  test.each([
    ['GET', '/control/nothing', 404],
    ['POST', '/inbox/messages', 404],
    ['POST', '/fax/messages', 404],
    ['GET', '/inbox/messages?client_reference=k', 404],
    ['PUT', '/sms/messages', 405],
    ['GET', '/__proto__', 404],
    ['POST', '/control/ledger', 405],
    ['GET', '/control/scripts', 405],
  ] as const)('answers %s %s with %i', async (method, path, status) => {
    expect(await simulator.call(method, path)).toMatchObject({ status, body: { status } });
  });

  test('answers what is no JSON, no object, or too much', async () => {
    expect(await simulator.call('PUT', '/control/chaos', 'x')).toMatchObject({
      status: 400,
      body: { code: 'invalid_json' },
    });
    expect(await simulator.call('PUT', '/control/chaos', '')).toMatchObject({ status: 400 });
    expect(await simulator.call('PUT', '/control/chaos', [])).toMatchObject({ status: 422 });
    expect(await simulator.call('PUT', '/control/chaos', `"${'x'.repeat(1_000_000)}"`)).toMatchObject({
      status: 413,
    });
  });
});
