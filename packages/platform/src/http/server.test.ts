import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { serve, testService, type Served } from '@parley/testkit';
import { QueueFull } from '../runtime/batcher.ts';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { Problem } from './problem.ts';
import type { Handler, Route } from './route.ts';
import { httpServer } from './server.ts';

const started: Served[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((served) => served.stop()));
});

async function begin(...given: Parameters<typeof serve>): Promise<Served> {
  const served = await serve(...given);
  started.push(served);
  return served;
}

const route = (method: Route['method'], path: string, handle: Handler): Route => ({ method, path, handle });
const throwing = (error: unknown): Route =>
  route('GET', '/throws', async () => {
    throw error;
  });

describe('a path', () => {
  const routes = [
    route('GET', '/things/:id', async ({ params }) => ({ status: 200, body: params })),
    route('DELETE', '/things/:id', async () => ({ status: 204 })),
    route('GET', '/search', async ({ query }) => ({ status: 200, body: query.getAll('tag') })),
  ];

  test('gives its named parts and its query, decoded', async () => {
    const { ask } = await begin(routes);
    expect(await (await ask('/things/a%2Fb')).json()).toEqual({ id: 'a/b' });
    expect(await (await ask('/search?tag=a%20b&tag=c')).json()).toEqual(['a b', 'c']);
  });

  test.each(['/nowhere', '/things/%E0%A4%A'])('that is not there, like %s, is 404', async (path) => {
    const { ask } = await begin(routes);
    const response = await ask(path);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect([response.status, await response.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'not_found' }),
    ]);
  });

  test('asked with another method is 405 and says which it has', async () => {
    const { ask } = await begin(routes);
    const response = await ask('/things/1', { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, DELETE');
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed', detail: 'Use GET, DELETE.' });
  });

  test('with nothing to say answers 204 without a body', async () => {
    const { ask } = await begin(routes);
    const response = await ask('/things/1', { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(response.headers.get('content-length')).toBeNull();
    expect(response.headers.get('content-type')).toBeNull();
  });
});

describe('a failure', () => {
  const trace_id = '0af7651916cd43dd8448eb211c80319c';

  test('is answered as problem+json with everything the handler gave', async () => {
    const problem = new Problem('validation_failed', 'The number is missing.', {
      errors: [{ pointer: '/to', detail: 'is missing' }],
      headers: { 'retry-after': '7' },
      members: { message_id: 'msg_1' },
    });
    const { ask } = await begin([throwing(problem)]);
    const response = await ask('/throws', { headers: { traceparent: `00-${trace_id}-b7ad6b7169203331-01` } });
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'The request is not valid',
      status: 422,
      code: 'validation_failed',
      detail: 'The number is missing.',
      errors: [{ pointer: '/to', detail: 'is missing' }],
      message_id: 'msg_1',
      trace_id,
    });
  });

  test.each([
    ['a full queue', new QueueFull('full'), { status: 503, code: 'unavailable', retry_after: '1' }],
    ['what is down', new Unavailable('no database'), { status: 503, code: 'unavailable', retry_after: '1' }],
    ['no answer', new OutcomeUnknown('late'), { status: 503, code: 'outcome_unknown', retry_after: '1' }],
    ['a fault of ours', new Error('secret'), { status: 500, code: 'internal_error', retry_after: null }],
    ['no error at all', 'secret', { status: 500, code: 'internal_error', retry_after: null }],
  ])('caused by %s says so and nothing more', async (_, error, expected) => {
    const { ask } = await begin([throwing(error)]);
    const response = await ask('/throws');
    const text = await response.text();
    const retry_after = response.headers.get('retry-after');
    expect({ status: response.status, code: JSON.parse(text).code, retry_after }).toEqual(expected);
    expect(text).not.toContain('secret');
  });
});

test('one request is one count, whatever became of it, under the path it matched', async () => {
  const { ask, metrics } = await begin([
    route('GET', '/things/:id', async () => ({ status: 200, body: {} })),
    throwing(new Error('broken')),
  ]);
  await Promise.all(['/things/1', '/things/2', '/throws', '/a', '/b'].map((path) => ask(path)));
  await ask('/things/3', { method: 'POST' });
  const { body } = await metrics.expose();
  const counts = body.split('\n').filter((line) => line.startsWith('http_requests_total{'));
  expect(counts.toSorted()).toEqual([
    'http_requests_total{method="GET",route="/things/:id",status="200",service="http"} 2',
    'http_requests_total{method="GET",route="/throws",status="500",service="http"} 1',
    'http_requests_total{method="GET",route="unmatched",status="404",service="http"} 2',
    'http_requests_total{method="POST",route="/things/:id",status="405",service="http"} 1',
  ]);
  expect(body).toContain('http_request_duration_seconds_count{service="http",route="/things/:id"} 3');
});

describe('stopping', () => {
  test('finishes what is in flight, on connections that stay open, and takes nothing new', async () => {
    const [entered, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { stop, ask } = await begin([
      route('GET', '/slow', async () => {
        entered.resolve();
        await release.promise;
        return { status: 200, body: 'done' };
      }),
    ]);
    const answer = ask('/slow');
    await entered.promise;
    const stopped = stop();
    await expect(ask('/slow')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    release.resolve();
    expect(await (await answer).text()).toBe('done');
    await stopped;
  });

  test('does not wait for connections on which nothing happens', async () => {
    const { stop, ask } = await begin([route('GET', '/', async () => ({ status: 200, body: {} }))]);
    await (await ask('/')).text();
    await expect(stop()).resolves.toBeUndefined();
  });
});

test.each([
  ['its headers', 'POST /read HTTP/1.1\r\nhost: x\r\n'],
  ['its body', 'POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'],
])('a client that takes too long over %s is cut off with 408', async (_, sent) => {
  const read = route('POST', '/read', async ({ readBody }) => ({ status: 200, body: await readBody(1_000) }));
  const { port } = await begin([read], { timeouts: { headersMs: 50, requestMs: 100 } });
  const socket = connect(port, '127.0.0.1', () => socket.write(sent));
  const heard: Buffer[] = [];
  for await (const chunk of socket) heard.push(Buffer.from(chunk));
  expect(Buffer.concat(heard).toString()).toMatch(/^HTTP\/1.1 408 /);
});

test('many who take their time keep nobody else waiting', async () => {
  const { port, ask } = await begin([route('GET', '/', async () => ({ status: 200, body: {} }))], {
    timeouts: { headersMs: 5_000, requestMs: 5_000 },
  });
  const slow = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
  await Promise.all(
    slow.map((socket) => new Promise((sent) => socket.write('GET / HTTP/1.1\r\nhost: x\r\nx-a: ', sent))),
  );
  for (const socket of slow) socket.on('error', () => {}).write('b');
  expect((await ask('/')).status).toBe(200);
  for (const socket of slow) socket.destroy();
});

test('a client that never takes its answer is cut off, so a stop does not wait for it', async () => {
  const taken = Promise.withResolvers<void>();
  const whole = async () => {
    taken.resolve();
    return { status: 200, body: 'x'.repeat(50_000_000) };
  };
  const { port, stop } = await begin([route('GET', '/', whole)], {
    timeouts: { headersMs: 5_000, requestMs: 5_000, idleMs: 100 },
  });
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
  socket.on('error', () => {}).pause();
  await taken.promise;
  await expect(stop()).resolves.toBeUndefined();
  socket.destroy();
});

test('a port that is taken is said when starting', async () => {
  const { port } = await begin([]);
  const { logger, metrics } = testService('http', {});
  const second = httpServer({ port, host: '127.0.0.1', routes: [], logger, metrics, logRequests: false });
  await expect(second.start()).rejects.toThrow('EADDRINUSE');
});
