import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { finishDraft, readDraft, undecidedNames } from '@parley/contracts/http/send-message';
import {
  acceptMessages,
  type AcceptItem,
  type AcceptReply,
} from '@parley/contracts/requests/accept-messages';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { acceptor } from '../testing/accept.ts';
import { testKey } from '../testing/test-keys.ts';
import { sendMessageDocs } from './route.ts';

const { key, row } = testKey('send', ['send']);
const sms = { from: 'MyCorp', to: '+18045551234', body: 'Hello', timestamp: '2024-11-01T14:00:00Z' };

const accept = acceptor(aMessage);

let stopDispatcher: () => Promise<void>;
let items: AcceptItem[] = [];
let decide: (item: AcceptItem) => AcceptReply;

const { gateway, close } = await seededGateway({ version: 7, api_keys: [row] });

beforeAll(async () => {
  stopDispatcher = await startDispatcher();
});
afterAll(close);

beforeEach(() => {
  items = [];
  decide = accept;
});

function startDispatcher(): Promise<() => Promise<void>> {
  return gateway.standIn(acceptMessages, async (batch) => {
    items.push(...batch);
    return batch.map(decide);
  });
}

const send = (body: unknown, headers: Record<string, string> = {}) =>
  gateway.call('/v1/messages', { key, body, headers });

describe('POST /v1/messages', () => {
  test('accepts a message: 202 with the whole resource, its own time and a prefixed id', async () => {
    const answer = await send(sms);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('idempotency-replayed')).toBeNull();
    expect(answer.body).toMatchObject({
      id: `msg_${items[0]?.recipients[0]?.id}`,
      account_id: 'acme',
      direction: 'outbound',
      type: 'sms',
      from: 'MyCorp',
      to: '+18045551234',
      status: 'queued',
      timestamp: '2024-11-01T14:00:00.000Z',
      attachments: [],
      in_reply_to: null,
    });
    expect(answer.body).not.toHaveProperty('round');
  });

  test('hands over what dispatcher needs to decide: account, directory version and trace', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    await send(sms, { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    expect(items[0]).toMatchObject({
      account_id: 'acme',
      directory_version: 7,
      trace_id: trace,
      idempotency: null,
    });
  });

  test('gives the same message as fingerprint whatever the order of its members, bare or quoted key', async () => {
    const { from, ...rest } = sms;
    await send(sms, { 'idempotency-key': 'order-17' });
    await send({ ...rest, from }, { 'idempotency-key': '"order-17"' });
    await send({ ...sms, body: 'Other' }, { 'idempotency-key': 'order-17' });
    const [first, second, third] = items.map((item) => item.idempotency);
    expect(first).toEqual(second);
    expect(first?.key).toBe('order-17');
    expect(first?.fingerprint).not.toBe(third?.fingerprint);
  });

  test('reads a reference out of a key that holds one, unless the body gives another', async () => {
    await send(sms, { 'idempotency-key': 'send_msg:abc' });
    await send({ ...sms, client_reference: 'mine' }, { 'idempotency-key': 'send_msg:abc' });
    expect(items.map((item) => item.client_reference)).toEqual(['abc', 'mine']);
  });

  test('says when an answer is one that was given before', async () => {
    decide = (item) => ({ ...accept(item), replayed: true });
    const answer = await send(sms, { 'idempotency-key': 'k' });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
  });

  test.each([
    ['sender_not_allowed', 400, null],
    ['blocked_keyword', 400, null],
    ['recipient_opted_out', 400, null],
    ['idempotency_key_reused', 422, null],
    ['idempotency_in_progress', 409, '1'],
  ] as const)('answers the refusal %s with %i', async (code, status, retryAfter) => {
    decide = () => ({ outcome: 'refused', code, detail: 'Because.' });
    const answer = await send(sms);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(answer.body).toMatchObject({ code, status, detail: 'Because.' });
  });

  test('travels in few requests when many come at once, and each gets its own answer', async () => {
    const bodies = Array.from({ length: 100 }, (_, index) => `number ${index}`);
    const answers = await Promise.all(bodies.map((body) => send({ ...sms, body })));
    expect(answers.map((answer) => answer.body['body'])).toEqual(bodies);
  });

  test('answers 503 and accepts nothing while nobody accepts messages', async () => {
    await stopDispatcher();
    const answer = await send(sms);
    stopDispatcher = await startDispatcher();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body).toMatchObject({ code: 'unavailable' });
    expect(items).toHaveLength(0);
  });

  test('admits with the id of the message when it cannot know whether it was accepted', async () => {
    decide = () => {
      throw new Error('the answer is lost');
    };
    const answer = await send(sms);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body).toMatchObject({
      code: 'outcome_unknown',
      message_id: `msg_${items[0]?.recipients[0]?.id}`,
    });
  });

  test('hands over how it is to be sent', async () => {
    const choices = {
      send_at: '2026-01-15T10:00:00.000Z',
      valid_for: 60,
      on_unknown_outcome: 'hold',
      priority: 'high',
    };
    await send({ ...sms, ...choices });
    await send(sms);
    expect(items[0]).toMatchObject(choices);
    expect(items[1]).toMatchObject({
      send_at: null,
      valid_for: null,
      on_unknown_outcome: null,
      priority: 'normal',
      in_reply_to: null,
      conversation_id: null,
    });
  });
});

test.each(Object.entries(sendMessageDocs.body?.examples ?? {}))(
  'the example "%s" can be sent whenever it is read',
  (_, example) => {
    const draft = readDraft(example);
    if (!draft.ok) throw new Error(JSON.stringify(draft.errors));
    const users = new Set(undecidedNames(draft.value));
    for (const now of ['2026-01-15T10:00:00Z', '2036-01-15T10:00:00Z'])
      expect(finishDraft(draft.value, { users, now: Date.parse(now) })).toMatchObject({ ok: true });
  },
);
