import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REPOSITORY } from '@parley/launcher/repository';
import { userOf } from './people.ts';
import { ownParley, untilListed } from './running-parley.ts';

// What a service asks for that only takes signed messages in, lists and counts them.
const parley = ownParley();
const user = userOf(parley);

const sample = await readFile(join(REPOSITORY, 'docs/samples/inbox.json'), 'utf8');
const deliver = (body: string) => parley.client().webhook('inbox', body);

describe('a signed inbox', () => {
  test('is alive and ready', async () => {
    expect(await user.asks('/health/live', { key: null })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect(await user.asks('/health/ready', { key: null })).toMatchObject({ status: 200 });
  });

  test.each<[string, Record<string, string>]>([
    ['without a signature', {}],
    ['with a wrong one', { 'x-signature': 'a'.repeat(64) }],
    ['with one that is none', { 'x-signature': 'signed' }],
  ])('refuses a message %s', async (_what, headers) => {
    const answer = await user.asks('/webhooks/inbox', { method: 'POST', key: null, headers, body: sample });
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
    expect(await user.lists('direction=inbound')).toEqual([]);
  });

  test('takes a signed message once, and knows it again', async () => {
    expect(await deliver(sample)).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await deliver(sample)).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    const other = sample.replace('"Hello"', '"Hello again"');
    expect(await deliver(other)).toMatchObject({ status: 200, body: { status: 'duplicate' } });
  });

  test('lists it page by page, with its own time and the text that came first', async () => {
    await untilListed(parley.client(), 'direction=inbound', 1);
    const { body } = await user.asks('/v1/messages?page=1&per_page=20');
    expect(body).toMatchObject({
      data: [
        {
          direction: 'inbound',
          type: 'sms',
          status: 'received',
          provider: 'inbox',
          provider_message_id: 'm1',
          from: '+919876543210',
          to: '+14155550100',
          body: 'Hello',
          timestamp: '2025-01-15T10:00:00.000Z',
          created_at: expect.any(String),
        },
      ],
      meta: { total: 1, page: 1, per_page: 20, pages: 1 },
    });
    expect((await user.asks('/v1/messages?page=2&per_page=20')).body).toMatchObject({ data: [] });
  });

  test('counts messages, by day and by sender', async () => {
    const more = [
      { message_id: 'm2', from: '+919876543210', ts: '2025-01-15T23:59:59Z' },
      { message_id: 'm3', from: '+919876543211', ts: '2025-01-16T00:00:00Z' },
    ];
    for (const message of more)
      await deliver(JSON.stringify({ ...message, to: '+14155550100', text: 'Hello' }));
    await untilListed(parley.client(), 'direction=inbound', 3);
    expect((await user.asks('/v1/stats')).body).toMatchObject({
      total: 3,
      by_day: [
        { date: '2025-01-15', count: 2 },
        { date: '2025-01-16', count: 1 },
      ],
      top_senders: [
        { from: '+919876543210', count: 2 },
        { from: '+919876543211', count: 1 },
      ],
    });
  });

  test('keeps its messages, and knows them again, after every service was killed', async () => {
    for (const name of ['gateway', 'ingest', 'reporting']) await parley.instance().kill(name, 'SIGKILL');
    await parley.instance().untilReady();
    expect(await deliver(sample)).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(await user.lists('direction=inbound')).toHaveLength(3);
  });
});

describe('what a signed message may look like', () => {
  const good = {
    message_id: 'shape-1',
    from: '+919876500000',
    to: '+14155550100',
    ts: '2025-01-15T10:00:00Z',
  };

  test.each<[string, object]>([
    ['no text', {}],
    ['no text, said as null', { text: null }],
    ['4,096 characters of four bytes', { text: '🦆'.repeat(4_096) }],
    ['an id of any characters', { message_id: 'ä/../"; drop table' }],
    ['fields that nobody asked for', { colour: 'red' }],
    ['two times, of which `timestamp` counts', { timestamp: '1999-12-31T23:59:59.5Z' }],
  ])('%s', async (what, change) => {
    const body = JSON.stringify({ ...good, message_id: what, ...change });
    expect(await deliver(body)).toMatchObject({ status: 200, body: { status: 'accepted' } });
  });

  test.each<[string, object, string]>([
    ['no id', { message_id: '' }, '#/message_id'],
    ['an id of 256 characters', { message_id: 'm'.repeat(256) }, '#/message_id'],
    ['a number without its "+"', { from: '919876543210' }, '#/from'],
    ['a number with blanks', { to: '+1 415 555 0100' }, '#/to'],
    ['a time that says no zone', { ts: '2025-01-15T10:00:00' }, '#/ts'],
    ['a time of another zone', { ts: '2025-01-15T10:00:00+00:00' }, '#/ts'],
    ['a day that there is not', { ts: '2025-02-30T10:00:00Z' }, '#/ts'],
    ['4,097 characters', { text: 'x'.repeat(4_097) }, '#/text'],
    ['a text that is no text', { text: 5 }, '#/text'],
  ])('but not %s', async (_what, change, pointer) => {
    const answer = await deliver(JSON.stringify({ ...good, ...change }));
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer, detail: expect.any(String) }] },
    });
  });

  test('nor no JSON, no object, too much, or another content type', async () => {
    expect(await deliver('{"message_id":')).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
    expect(await deliver('[]')).toMatchObject({ status: 422 });
    const large = JSON.stringify({ ...good, text: 'x'.repeat(1_100_000) });
    expect(await deliver(large)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    const headers = { 'content-type': 'text/plain' };
    const options = { method: 'POST', key: null, headers, body: sample };
    expect(await user.asks('/webhooks/inbox', options)).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
    expect(await user.lists('to=14155550100&from=919876500000')).toHaveLength(6);
  });
});
