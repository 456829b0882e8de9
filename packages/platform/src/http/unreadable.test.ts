import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { serve, type Served } from '@parley/testkit';
import type { Handler, Route } from './route.ts';

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

describe('what is no request', () => {
  async function heard(port: number, sent: string): Promise<string> {
    const socket = connect(port, '127.0.0.1', () => socket.write(sent));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
  }

  test.each([
    ['an unknown method', 'FETCH / HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'invalid_request'],
    ['no HTTP', 'hello\r\n\r\n', 400, 'invalid_request'],
    ['no host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'invalid_request'],
    [
      'headers of 20 kB',
      `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['a wish', 'POST / HTTP/1.1\r\nhost: x\r\nexpect: luck\r\n\r\n', 417, 'expectation_failed'],
  ])('but %s is answered with a problem', async (_, sent, status, code) => {
    const { port } = await begin([route('GET', '/', async () => ({ status: 200, body: {} }))]);
    const [head = '', body = ''] = (await heard(port, sent)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({
      status,
      code,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test('tells a header that is given twice from one with a comma', async () => {
    const { port } = await begin([
      route('GET', '/', async ({ headerLines }) => ({
        status: 200,
        body: [headerLines('x-a'), headerLines('x-b')],
      })),
    ]);
    const sent = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-a: 1, 2\r\nX-A: 3\r\n\r\n';
    expect(await heard(port, sent)).toMatch(/\[\["1, 2","3"\],\[\]\]$/);
  });
});
