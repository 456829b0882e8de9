import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Agent, request } from 'undici';
import type { Outcome } from '../provider.ts';
import { classifyFailure } from './classify-failure.ts';

const servers: Server[] = [];
const agents: Agent[] = [];

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('a refused connection was surely never written', async () => {
  const url = await listen(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await outcomeOf(url)).toEqual({
    kind: 'unavailable',
    reason: 'connection_refused',
    retry_after_ms: null,
    connection_wide: false,
  });
});

test('so was a connection that was refused on every address of a name', async () => {
  const url = await listen(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await outcomeOf(url.replace('127.0.0.1', 'localhost'))).toMatchObject({ kind: 'unavailable' });
});

test('a reset after the request was read may have been taken', async () => {
  const url = await listen((call) => call.socket.resetAndDestroy());
  expect(await outcomeOf(url)).toEqual({ kind: 'unknown', reason: 'connection_lost' });
});

test('a connection that is closed without an answer may have been taken', async () => {
  const url = await listen((call) => call.socket.destroy());
  expect(await outcomeOf(url)).toEqual({ kind: 'unknown', reason: 'connection_lost' });
});

test('an answer that is late may have been taken', async () => {
  const url = await listen(() => {});
  expect(await outcomeOf(url, { headersTimeout: 20 })).toEqual({ kind: 'unknown', reason: 'timeout' });
  expect(await outcomeOf(url, { signal: AbortSignal.timeout(20) })).toEqual({
    kind: 'unknown',
    reason: 'timeout',
  });
});

test('an answer that is no HTTP may have been taken', async () => {
  const url = await listen((call) => call.socket.end('what?\r\n\r\n'));
  expect(await outcomeOf(url)).toMatchObject({ kind: 'unknown' });
});

test('a URL that cannot be called was never written', async () => {
  expect(await outcomeOf('nowhere')).toMatchObject({ kind: 'unavailable' });
  expect(await outcomeOf('ftp://127.0.0.1')).toMatchObject({ kind: 'unavailable' });
});

test('of several errors all must prove it', () => {
  const connect = Object.assign(new Error(), { code: 'ECONNREFUSED', syscall: 'connect' });
  const read = Object.assign(new Error(), { code: 'ECONNRESET', syscall: 'read' });
  expect(classifyFailure(new AggregateError([connect, connect]))).toMatchObject({ kind: 'unavailable' });
  expect(classifyFailure(new AggregateError([connect, read]))).toMatchObject({ kind: 'unknown' });
  expect(classifyFailure(new AggregateError([]))).toMatchObject({ kind: 'unknown' });
});

test.each(['EHOSTUNREACH', 'ETIMEDOUT', 'ECONNRESET'])(
  '%s proves it while connecting and not while reading',
  (code) => {
    expect(classifyFailure(Object.assign(new Error(), { code, syscall: 'connect' })).kind).toBe(
      'unavailable',
    );
    expect(classifyFailure(Object.assign(new Error(), { code, syscall: 'read' })).kind).toBe('unknown');
  },
);

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer((call, response) => {
    call.resume().on('end', () => listener(call, response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}

async function outcomeOf(
  url: string,
  options: { headersTimeout?: number; signal?: AbortSignal } = {},
): Promise<Outcome> {
  const agent = new Agent({ connectTimeout: 5_000 });
  agents.push(agent);
  const { headersTimeout, signal } = options;
  try {
    await request(url, {
      method: 'POST',
      body: '{}',
      dispatcher: agent,
      ...(headersTimeout === undefined ? {} : { headersTimeout }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    return classifyFailure(error);
  }
  throw new Error('there was an answer');
}
