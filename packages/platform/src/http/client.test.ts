import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createHttpClient, type HttpClient } from './client.ts';

const servers: Server[] = [];
const clients: HttpClient[] = [];

afterEach(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

test('an answer comes back with status, headers and body', async () => {
  const url = await listen((call, response) => {
    response.writeHead(429, { 'retry-after': '2' }).end(`${call.method} ${call.headers['x-a']}`);
  });
  const answer = await client().post(url, { 'x-a': 'b' }, '{}');
  expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '2' }, body: 'POST b' });
});

test('an answer that drips is given up after the time for the whole call', async () => {
  const url = await listen((_, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 10);
    response.on('close', () => clearInterval(drip));
  });
  await expect(client({ timeoutMs: 100 }).post(url, {}, '{}')).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('an answer that does not come is given up too', async () => {
  const url = await listen(() => {});
  await expect(client({ timeoutMs: 50 }).post(url, {}, '{}')).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('an answer that is too long fails instead of filling the memory', async () => {
  const url = await listen((_, response) => response.end('x'.repeat(2_000)));
  await expect(client({ maxResponseBytes: 1_000 }).post(url, {}, '{}')).rejects.toMatchObject({
    code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
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

test('a refused connection says so', async () => {
  const url = await listen(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  await expect(client().post(url, {}, '{}')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

function client(options: Partial<Parameters<typeof createHttpClient>[0]> = {}): HttpClient {
  const made = createHttpClient({ connections: 4, timeoutMs: 5_000, maxResponseBytes: 10_000, ...options });
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
