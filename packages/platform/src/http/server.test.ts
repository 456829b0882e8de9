import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { testService, until } from '@parley/testkit';
import { QueueFull } from '../runtime/batcher.ts';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { readJson } from './body.ts';
import { Problem } from './problem.ts';
import type { Handler, Route } from './route.ts';
import { httpServer, type HttpServer, type HttpServerOptions } from './server.ts';

const MAX_BYTES = 1_000;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const started: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

/** Starts a server with these routes; gives what is needed to ask it. */
async function serve(routes: Route[], options: Partial<HttpServerOptions> = {}) {
  const { logger, metrics } = testService('http', {});
  const fixed = { port: 0, host: '127.0.0.1', routes, logger, metrics, logRequests: false };
  const server = httpServer({ ...fixed, ...options });
  await server.start();
  started.push(server);
  const { port } = server.address();
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { server, port, ask, metrics };
}

const route = (method: Route['method'], path: string, handle: Handler): Route => ({ method, path, handle });
const echo = route('POST', '/echo', async (request) => ({
  status: 200,
  body: await readJson(request, MAX_BYTES),
}));
const throwing = (error: unknown) =>
  route('GET', '/throws', async () => {
    throw error;
  });

const post = (
  body: string | Uint8Array<ArrayBuffer>,
  type: string | null = 'application/json',
): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  headers: type === null ? {} : { 'content-type': type },
});
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a body', () => {
  test.each([
    ['is JSON', post('{"a":1}'), 200],
    ['is JSON of a dialect', post('{"a":1}', 'application/vnd.acme+json; charset=utf-8'), 200],
    ['is JSON and claims nothing', post('[]', null), 200],
    ['is nested 32 deep', post(nested(32)), 200],
    ['is nested 33 deep', post(nested(33)), 400],
    ['is nested deeper than any stack', post(nested(450)), 400],
    ['is not JSON', post('{a:1}'), 400],
    ['is empty', post(''), 400],
    ['is of another type, even if it looks like JSON', post('{}', 'text/plain'), 415],
    ['is of another type and not JSON', post('a=1', 'application/x-www-form-urlencoded'), 415],
    ['is too large', post(`"${'x'.repeat(MAX_BYTES)}"`), 413],
    ['is too large and of another type and not JSON', post('x'.repeat(MAX_BYTES + 1), 'text/plain'), 413],
  ])('that %s', async (_, init, status) => {
    const { ask } = await serve([echo]);
    expect((await ask('/echo', init)).status).toBe(status);
  });

  test('of 2 MB gets an answer that can be read', async () => {
    const { ask } = await serve([echo]);
    const response = await ask('/echo', post('x'.repeat(2_000_000)));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: 'body_too_large',
      detail: expect.stringContaining('1000 bytes'),
    });
  });

  test('that is cut off by its sender harms nobody else', async () => {
    const { ask, port, metrics } = await serve([echo]);
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"a":');
    await new Promise<void>((resolve) => socket.end(() => resolve()));
    await until(async () => (await metrics.expose()).body.includes('route="/echo",status="400"'), {
      what: 'the broken request is over',
    });
    expect((await ask('/echo', post('1'))).status).toBe(200);
  });
});

describe('a path', () => {
  const routes = [
    route('GET', '/things/:id', async ({ params }) => ({ status: 200, body: params })),
    route('DELETE', '/things/:id', async () => ({ status: 204 })),
    route('GET', '/search', async ({ query }) => ({ status: 200, body: query.getAll('tag') })),
  ];

  test('gives its named parts and its query, decoded', async () => {
    const { ask } = await serve(routes);
    expect(await (await ask('/things/a%2Fb')).json()).toEqual({ id: 'a/b' });
    expect(await (await ask('/search?tag=a%20b&tag=c')).json()).toEqual(['a b', 'c']);
  });

  test('that is not there is 404', async () => {
    const { ask } = await serve(routes);
    const response = await ask('/nowhere');
    expect([response.status, await response.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'not_found' }),
    ]);
  });

  test('asked with another method is 405 and says which it has', async () => {
    const { ask } = await serve(routes);
    const response = await ask('/things/1', { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, DELETE');
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed', detail: 'Use GET, DELETE.' });
  });

  test('that cannot be decoded is a problem like any other', async () => {
    const { ask } = await serve(routes);
    const response = await ask('/things/%E0%A4%A');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  test('with nothing to say answers 204 without a body', async () => {
    const { ask } = await serve(routes);
    const response = await ask('/things/1', { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(response.headers.get('content-length')).toBeNull();
    expect(response.headers.get('content-type')).toBeNull();
  });
});

describe('a failure', () => {
  test('is answered as problem+json with everything the handler gave', async () => {
    const { ask } = await serve([
      throwing(
        new Problem('validation_failed', 'The request is not valid.', {
          errors: [{ pointer: '/to', detail: 'is missing' }],
          headers: { 'retry-after': '7' },
          members: { message_id: 'msg_1' },
        }),
      ),
    ]);
    const response = await ask('/throws', { headers: { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` } });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('retry-after')).toBe('7');
    expect([response.status, await response.json()]).toEqual([
      422,
      {
        type: 'about:blank',
        title: 'The request is not valid',
        status: 422,
        code: 'validation_failed',
        detail: 'The request is not valid.',
        errors: [{ pointer: '/to', detail: 'is missing' }],
        message_id: 'msg_1',
        trace_id: TRACE_ID,
      },
    ]);
  });

  test.each([
    ['a full queue', new QueueFull('full'), 503, 'unavailable', '1'],
    ['something that is down', new Unavailable('no database'), 503, 'unavailable', '1'],
    ['an answer that did not come', new OutcomeUnknown('late'), 503, 'outcome_unknown', '1'],
    ['a fault of ours', new Error('secret detail'), 500, 'internal_error', null],
    ['something that is no error', 'secret detail', 500, 'internal_error', null],
  ])('by %s', async (_, error, status, code, retryAfter) => {
    const { ask } = await serve([throwing(error)]);
    const response = await ask('/throws');
    const text = await response.text();
    expect([response.status, JSON.parse(text).code]).toEqual([status, code]);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(text).not.toContain('secret');
  });
});

describe('counting', () => {
  test('one request is one count, whatever became of it, under the path it matched', async () => {
    const { ask, metrics } = await serve([echo, throwing(new Error('broken'))]);
    await ask('/echo', post('1'));
    await ask('/echo', post('no'));
    await ask('/echo');
    await ask('/throws');
    await ask('/a');
    await ask('/b');
    const { body } = await metrics.expose();
    const counts = body.split('\n').filter((line) => line.startsWith('http_requests_total{'));
    expect(counts.toSorted()).toEqual([
      'http_requests_total{method="GET",route="/echo",status="405",service="http"} 1',
      'http_requests_total{method="GET",route="/throws",status="500",service="http"} 1',
      'http_requests_total{method="GET",route="unmatched",status="404",service="http"} 2',
      'http_requests_total{method="POST",route="/echo",status="200",service="http"} 1',
      'http_requests_total{method="POST",route="/echo",status="400",service="http"} 1',
    ]);
    expect(body).toContain('http_request_duration_seconds_count{service="http",route="/echo"} 3');
  });
});

describe('stopping', () => {
  test('finishes what is in flight, on connections that stay open, and takes nothing new', async () => {
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const { server, ask, port } = await serve([
      route('GET', '/slow', async () => {
        entered.resolve();
        await release.promise;
        return { status: 200, body: 'done' };
      }),
    ]);
    const answer = ask('/slow');
    await entered.promise;
    const stopped = server.stop();
    await expect(connectTo(port)).rejects.toThrow('ECONNREFUSED');
    release.resolve();
    expect(await (await answer).text()).toBe('done');
    await stopped;
    started.length = 0;
  });

  test('does not wait for connections on which nothing happens', async () => {
    const { server, ask } = await serve([route('GET', '/', async () => ({ status: 200, body: {} }))]);
    await (await ask('/')).text();
    await expect(server.stop()).resolves.toBeUndefined();
    started.length = 0;
  });
});

describe('a client that takes too long', () => {
  const timeouts = { headersMs: 50, requestMs: 100 };
  test.each([
    ['with its headers', 'POST /echo HTTP/1.1\r\nhost: x\r\n'],
    ['with its body', 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'],
  ])('%s is cut off with 408', async (_, sent) => {
    const { port } = await serve([echo], { timeouts });
    expect(await talk(port, sent)).toMatch(/^HTTP\/1.1 408 /);
  });
});

test('a port that is taken is said when starting', async () => {
  const { port } = await serve([]);
  const { logger, metrics } = testService('http', {});
  const second = httpServer({ port, host: '127.0.0.1', routes: [], logger, metrics, logRequests: false });
  await expect(second.start()).rejects.toThrow('EADDRINUSE');
});

/** Sends a text and gives everything that comes back until the server closes the connection. */
async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  const heard: Buffer[] = [];
  for await (const chunk of socket) heard.push(Buffer.from(chunk));
  return Buffer.concat(heard).toString();
}

async function connectTo(port: number): Promise<void> {
  await new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy()));
    socket.once('error', reject);
  });
}
