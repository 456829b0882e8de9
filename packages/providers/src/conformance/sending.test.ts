import { describe, expect, jest, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import type { OutgoingMessage, Outcome, PostJson } from '../provider.ts';
import { PROVIDERS } from '../registry.ts';

const message = {
  id: newMessageId(),
  idempotency_key: 'key-1',
  from: 'a',
  to: 'b',
  subject: 'About',
  body: 'Hello 👋',
  attachments: ['https://example.com/a.png'],
  timestamp: '2026-01-15T10:00:00.000Z',
} satisfies Partial<OutgoingMessage>;

const account = { url: 'http://provider.test/sms', token: null };
const system = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall });

/** What must follow whatever else a provider's folder declares. */
const answers: [string, Awaited<ReturnType<PostJson>>, Outcome][] = [
  [
    '200 with an id',
    { status: 200, headers: {}, body: '{"id":"p-1"}' },
    { kind: 'accepted', provider_message_id: 'p-1' },
  ],
  [
    '202 without an id',
    { status: 202, headers: {}, body: 'ok' },
    { kind: 'unknown', reason: 'no_message_id' },
  ],
  [
    '429',
    { status: 429, headers: { 'retry-after': '2' }, body: '' },
    { kind: 'throttled', retry_after_ms: 2_000 },
  ],
  [
    '503',
    { status: 503, headers: { 'retry-after': '1' }, body: '' },
    { kind: 'unavailable', reason: 'http_503', retry_after_ms: 1_000, connection_wide: true },
  ],
  [
    '400',
    { status: 400, headers: {}, body: '{"code":"21211","detail":"Invalid To"}' },
    { kind: 'refused', code: '21211', detail: 'Invalid To' },
  ],
];

const failures: [string, unknown, Outcome['kind']][] = [
  ['a refused connection', system('ECONNREFUSED', 'connect'), 'unavailable'],
  ['an unknown name', system('ENOTFOUND', 'getaddrinfo'), 'unavailable'],
  ['a connection that cannot be made in time', system('UND_ERR_CONNECT_TIMEOUT'), 'unavailable'],
  ['a time-out after the request was written', system('UND_ERR_HEADERS_TIMEOUT'), 'unknown'],
  ['a connection that breaks', system('ECONNRESET', 'read'), 'unknown'],
  ['a socket that the other side closed', system('UND_ERR_SOCKET'), 'unknown'],
  ['something that is no error', undefined, 'unknown'],
];

describe.each(
  PROVIDERS.filter(({ types }) => types.length > 0).map((provider) => [provider.name, provider] as const),
)('%s', (_, provider) => {
  const outgoing: OutgoingMessage = { ...message, type: provider.types[0] ?? 'sms' };

  test('posts the message once as JSON, with its idempotency key', async () => {
    const post = jest.fn<PostJson>().mockResolvedValue({ status: 200, headers: {}, body: '{"id":"p-1"}' });
    await provider.send(outgoing, { ...account, token: 'secret' }, post);
    expect(post).toHaveBeenCalledTimes(1);
    const [url, headers, body] = post.mock.calls[0] ?? [];
    expect(url).toBe('http://provider.test/sms/messages');
    expect(headers).toEqual({
      'content-type': 'application/json',
      'idempotency-key': message.idempotency_key,
      authorization: 'Bearer secret',
    });
    const { id: __, idempotency_key: ____, subject: ___, ...fields } = message;
    expect(JSON.parse(body ?? '')).toMatchObject(fields);
  });

  test('sends no authorization without a token', async () => {
    const post = jest.fn<PostJson>().mockResolvedValue({ status: 200, headers: {}, body: '{"id":"p-1"}' });
    await provider.send(outgoing, account, post);
    expect(post.mock.calls[0]?.[1]).not.toHaveProperty('authorization');
  });

  test.each(answers)('makes of %s what it is', async (__, answer, outcome) => {
    expect(await provider.send(outgoing, account, () => Promise.resolve(answer))).toEqual(outcome);
  });

  test.each(failures)('does not throw on %s', async (__, error, kind) => {
    expect(await provider.send(outgoing, account, () => Promise.reject(error))).toMatchObject({ kind });
  });

  test('does not throw when the request cannot even be made', async () => {
    const post: PostJson = () => {
      throw system('UND_ERR_INVALID_ARG');
    };
    expect(await provider.send(outgoing, account, post)).toMatchObject({ kind: 'unavailable' });
  });
});

test('a provider that only receives refuses to send and calls nobody', async () => {
  const post = jest.fn<PostJson>();
  const receivers = PROVIDERS.filter(({ types }) => types.length === 0);
  for (const provider of receivers)
    expect(await provider.send({ ...message, type: 'sms' }, account, post)).toMatchObject({
      kind: 'refused',
    });
  expect(post).not.toHaveBeenCalled();
});
