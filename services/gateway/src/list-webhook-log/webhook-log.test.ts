import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectionId, newMessageId, newRowIdAt } from '@parley/contracts/ids';
import { readIngestMessages } from '@parley/contracts/requests/read-messages';
import { readDispatcherTimelines } from '@parley/contracts/requests/read-timelines';
import {
  queryWebhookLog,
  readWebhookLog,
  replayWebhooks,
  type LoggedWebhook,
  type ReplayWebhookItem,
  type WebhookLogQuery,
} from '@parley/contracts/requests/webhook-log';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { loadActs } from '../testing/load-acts.ts';
import { pageOf } from '../testing/paged.ts';
import { testKey } from '../testing/test-keys.ts';

const admin = testKey('admin', ['admin']);
const user = testKey('user', ['send', 'read']);

const message = aMessage({
  direction: 'inbound',
  status: 'received',
  provider: connectionId.parse('sms'),
  provider_message_id: 'event-1',
});

const sent = newMessageId();
const calls = [connectionId.parse('sms'), connectionId.parse('sms-2')];
const references = calls.map((id) => ({ connection_id: id, provider_message_id: id }));

const webhook = (second: number, overrides: Partial<LoggedWebhook> = {}): LoggedWebhook => {
  const received_at = `2026-01-15T10:00:0${second}.000Z`;
  const body = Buffer.from('{"text":"Grüße 👋"}');
  return {
    id: newRowIdAt(received_at),
    connection: connectionId.parse('sms'),
    received_at,
    url: 'https://parley.test/webhooks/sms',
    headers: { 'content-type': 'application/json', 'x-provider-signature': '***' },
    body_base64: body.toString('base64'),
    body_bytes: body.length,
    verdict: 'created',
    reason: null,
    errors: [],
    provider_message_id: 'event-1',
    message_id: newMessageId(),
    receipt_id: null,
    trace_id: null,
    replay: null,
    ...overrides,
  };
};
const rows = [
  webhook(3, { body_base64: Buffer.from([0xff, 0xfe]).toString('base64'), body_bytes: 2, message_id: null }),
  webhook(2, { body_base64: Buffer.from('ü').subarray(0, 1).toString('base64'), body_bytes: 2 }),
  webhook(1),
];

let queries: WebhookLogQuery[] = [];
let replays: ReplayWebhookItem[] = [];
let replayed: () => LoggedWebhook | null;

const { gateway, databaseUrl, close } = await seededGateway({
  id: 'acme',
  senders: [],
  api_keys: [admin.row, user.row],
});

beforeAll(async () => {
  await gateway.standIn(queryWebhookLog, async (items) => {
    queries.push(...items);
    return items.map(({ page }) => pageOf(rows, page, ({ id, received_at: at }) => ({ id, at })));
  });
  await gateway.standIn(readWebhookLog, async (items) =>
    items.map(({ id }) => rows.find((row) => row.id === id) ?? null),
  );
  await gateway.standIn(replayWebhooks, async (items) => {
    replays.push(...items);
    return items.map(replayed);
  });
  await gateway.standIn(readDispatcherTimelines, async (items) =>
    items.map(({ message_id }) => (message_id === sent ? { entries: [], references, trace_id: null } : null)),
  );
  await gateway.standIn(readIngestMessages, async (items) =>
    items.map(({ message_id }) => (message_id === message.id ? message : null)),
  );
});
afterAll(close);
beforeEach(() => {
  queries = [];
  replays = [];
});

const ask = (path: string, { key } = admin, body?: unknown) =>
  gateway.call(`/v1/webhook-log${path}`, body === undefined ? { key } : { key, body });

describe('GET /v1/webhook-log', () => {
  test('lists what came in, bodies as text where they are text', async () => {
    const { status, body } = await ask('');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: [
        { id: rows[0]?.id, body: null, body_base64: '//4=', message_id: null, method: 'POST' },
        { body: '', body_bytes: 2 },
        {
          body: '{"text":"Grüße 👋"}',
          message_id: `msg_${rows[2]?.message_id}`,
          headers: rows[2]?.headers,
          replay: null,
        },
      ],
      next_cursor: null,
      has_more: false,
    });
  });

  test('hands the conditions over, times in UTC, and goes on behind the last one', async () => {
    const query =
      '?connection=sms&verdict=duplicate&provider_message_id=a%20b&since=2026-01-15T11:00:00%2B01:00';
    const { body } = await ask(`${query}&limit=1`);
    await ask(`${query}&limit=1&cursor=${String(body['next_cursor'])}`);
    expect(queries).toMatchObject([
      {
        account_id: 'acme',
        filter: {
          connection: 'sms',
          verdict: 'duplicate',
          names: [{ connection: 'sms', provider_message_id: 'a b' }],
          since: '2026-01-15T10:00:00.000Z',
          until: null,
        },
      },
      { page: { after: { at: rows[0]?.received_at, id: rows[0]?.id } } },
    ]);
    expect(await ask(`?cursor=${String(body['next_cursor'])}`)).toMatchObject({ status: 422 });
  });

  test('finds those of a message by what its provider calls it', async () => {
    await ask(`?message_id=msg_${message.id}&verdict=created`);
    expect(queries).toMatchObject([
      { filter: { names: [{ connection: 'sms', provider_message_id: 'event-1' }], verdict: 'created' } },
    ]);
  });

  test('finds those of every call for a message that was sent', async () => {
    await ask(`?message_id=msg_${sent}`);
    await ask(`?message_id=msg_${sent}&connection=sms-2`);
    const [first, second] = calls.map((id) => ({ connection: id, provider_message_id: id }));
    expect(queries).toMatchObject([{ filter: { names: [first, second] } }, { filter: { names: [second] } }]);
  });

  test.each([
    `msg_${newMessageId()}`,
    'nothing',
    `${message.id}&connection=mail`,
    `${message.id}&provider_message_id=x`,
  ])('finds nothing of the message %s', async (id) => {
    expect((await ask(`?message_id=${id}`)).body).toMatchObject({ data: [], has_more: false });
    expect((await ask(`?message_id=${id}&page=1`)).body).toMatchObject({ meta: { total: 0 } });
    expect(queries).toEqual([]);
  });

  test.each([
    '?verdict=accepted',
    '?since=yesterday',
    '?zap=1',
    '?limit=0',
    '?connection=%00',
    '?page=1&limit=2',
  ])('refuses %s', async (query) => {
    expect(await ask(query)).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });

  test('is for admins only', async () => {
    expect(await ask('', user)).toMatchObject({ status: 403 });
    expect(await ask(`/${rows[0]?.id}`, user)).toMatchObject({ status: 403 });
    expect(await ask(`/${rows[0]?.id}/replay`, user, {})).toMatchObject({ status: 403 });
  });
});

describe('GET /v1/webhook-log/{id}', () => {
  test('shows one, its id in any case', async () => {
    expect(await ask(`/${rows[2]?.id.toUpperCase()}`)).toMatchObject({
      status: 200,
      body: { id: rows[2]?.id, verdict: 'created' },
    });
  });

  test.each(['nothing', newRowIdAt('2026-01-15T10:00:00.000Z')])('has no %s', async (id) => {
    expect(await ask(`/${id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('POST /v1/webhook-log/{id}/replay', () => {
  const id = rows[2]?.id ?? '';

  test('answers what came of it this time and is in the audit log', async () => {
    const replay: LoggedWebhook['replay'] = {
      at: '2026-01-16T10:00:00.000Z',
      verdict: 'duplicate',
      reason: null,
      errors: [],
    };
    replayed = () => webhook(1, { id, replay });
    expect(await ask(`/${id}/replay`, admin, {})).toMatchObject({
      status: 200,
      body: {
        id,
        verdict: 'duplicate',
        reason: null,
        errors: [],
        message_id: expect.stringMatching(/^msg_/),
      },
    });
    expect(replays).toMatchObject([{ account_id: 'acme', id, at: expect.any(String) }]);
    expect((await loadActs(databaseUrl)).at(-1)).toMatchObject({
      by: 'admin',
      action: 'webhook.replay',
      subject: id,
      details: { verdict: 'duplicate' },
    });
  });

  test('is 404 where there is none, and is not noted', async () => {
    replayed = () => null;
    const before = await loadActs(databaseUrl);
    expect(await ask(`/${id}/replay`, admin, {})).toMatchObject({ status: 404 });
    expect(await ask('/nothing/replay', admin, {})).toMatchObject({ status: 404 });
    expect(await loadActs(databaseUrl)).toEqual(before);
  });

  test('takes no body to speak of', async () => {
    expect(await ask(`/${id}/replay`, admin, { force: true })).toMatchObject({ status: 422 });
    expect(replays).toEqual([]);
  });

  test('admits that it does not know what was done', async () => {
    replayed = () => {
      throw new Error('the answer is lost');
    };
    expect(await ask(`/${id}/replay`, admin, {})).toMatchObject({
      status: 503,
      body: { code: 'outcome_unknown' },
    });
  });
});
