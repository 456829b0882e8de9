import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHttpClient, type HttpAnswer, type HttpClient } from './client.ts';

const ANYWHERE = { allows: () => true };
const servers: Server[] = [];
const clients: HttpClient[] = [];

afterEach(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

test('a call arrives as it was made', async () => {
  const url = await listen(async (call, response) => {
    response.end(`${call.method} ${call.url} ${call.headers['x-a']} ${await text(call)}`);
  });
  const { post, get } = client();
  expect(await post(`${url}?c=1`, { 'x-a': 'b' }, '{}')).toMatchObject({ body: 'POST /messages?c=1 b {}' });
  expect(await get(`${url}?c=%2B1`, { 'x-a': 'b' })).toMatchObject({ body: 'GET /messages?c=%2B1 b ' });
});

describe.each<[string, (client: HttpClient, url: string) => Promise<HttpAnswer>]>([
  ['a POST', ({ post }, url) => post(url, {}, '{}')],
  ['a GET', ({ get }, url) => get(url, {})],
])('%s', (_, call) => {
  test('brings back status, headers and body of the answer', async () => {
    const url = await listen((__, response) => response.writeHead(429, { 'retry-after': '2' }).end('slow'));
    const answer = await call(client(), url);
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '2' }, body: 'slow' });
  });

  test('is given up after the time for the whole call when its answer drips', async () => {
    const url = await listen((__, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    await expect(call(client({ timeoutMs: 100 }), url)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('is given up when no answer comes', async () => {
    const url = await listen(() => {});
    await expect(call(client({ timeoutMs: 50 }), url)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('fails instead of filling the memory when its answer is too long', async () => {
    const url = await listen((__, response) => response.end('x'.repeat(2_000)));
    await expect(call(client({ maxResponseBytes: 1_000 }), url)).rejects.toMatchObject({
      code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
    });
  });

  test('is not redirected', async () => {
    const url = await listen((__, response) => response.writeHead(302, { location: '/' }).end());
    expect(await call(client(), url)).toMatchObject({ status: 302 });
  });

  test('says so when the connection is refused', async () => {
    const url = await listen(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(call(client(), url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

test('no more connections are opened to an origin than allowed', async () => {
  const url = await listen((_, response) => setImmediate(() => response.end()));
  let opened = 0;
  servers[0]?.on('connection', () => (opened += 1));
  const { post } = client({ connections: 2 });
  await Promise.all(Array.from({ length: 20 }, () => post(url, {}, '{}')));
  expect(opened).toBeLessThanOrEqual(2);
});

function client(options: Partial<Parameters<typeof createHttpClient>[0]> = {}): HttpClient {
  const made = createHttpClient({
    connections: 4,
    timeoutMs: 60_000,
    maxResponseBytes: 10_000,
    addresses: ANYWHERE,
    ...options,
  });
  clients.push(made);
  return made;
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}/messages`;
}
