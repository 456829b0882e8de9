import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { serve, until, type Served } from '@parley/testkit';
import { readJson, requireFormType } from './body.ts';

const MAX_BYTES = 1_000;
let served: Served;

beforeEach(async () => {
  served = await serve([
    {
      method: 'POST',
      path: '/echo',
      handle: async (request) => ({ status: 200, body: await readJson(request, MAX_BYTES) }),
    },
    {
      method: 'POST',
      path: '/form',
      handle: async (request) => {
        requireFormType(request);
        return { status: 200, body: request.target };
      },
    },
  ]);
});
afterEach(() => served.stop());

function post(body: string, type: string | null = 'application/json'): Promise<Response> {
  // As bytes, or fetch would claim a type of its own.
  const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
  return served.ask('/echo', { method: 'POST', body: new TextEncoder().encode(body), headers });
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test.each([
  ['gzip', 415],
  ['br', 415],
  ['identity', 200],
])('a body of the encoding %s is answered %i', async (encoding, status) => {
  for (const path of ['/echo', '/form']) {
    const type = path === '/echo' ? 'application/json' : 'application/x-www-form-urlencoded';
    const headers = { 'content-type': type, 'content-encoding': encoding };
    expect((await served.ask(path, { method: 'POST', body: '{}', headers })).status).toBe(status);
  }
});

test.each<[string, number, Parameters<typeof post>]>([
  ['JSON', 200, ['{"a":1}']],
  ['JSON of a dialect', 200, ['{"a":1}', 'application/vnd.acme+json; charset=utf-8']],
  ['JSON that claims nothing', 200, ['[]', null]],
  ['JSON nested 32 deep', 200, [nested(32)]],
  ['JSON nested 33 deep', 400, [nested(33)]],
  ['JSON nested as deep as fits', 400, [nested(MAX_BYTES / 2)]],
  ['something that is not JSON', 400, ['{a:1}']],
  ['nothing', 400, ['']],
  ['JSON that claims to be text', 415, ['{}', 'text/plain']],
  ['a form', 415, ['a=1', 'application/x-www-form-urlencoded']],
  ['JSON that is too large', 413, [`"${'x'.repeat(MAX_BYTES)}"`]],
  ['a text that is too large and not JSON', 413, ['x'.repeat(MAX_BYTES + 1), 'text/plain']],
])('%s is answered %i', async (_, status, body) => {
  expect((await post(...body)).status).toBe(status);
});

test('a body of 2 MB gets an answer that can be read', async () => {
  const response = await post('x'.repeat(2_000_000));
  expect([response.status, await response.json()]).toEqual([
    413,
    expect.objectContaining({ code: 'body_too_large', detail: expect.stringContaining('1000 bytes') }),
  ]);
});

test('a body that is cut off by its sender is no fault of ours and harms nobody else', async () => {
  const socket = connect(served.port, '127.0.0.1');
  socket.end('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"a":');
  const counted = async () =>
    (await served.metrics.expose()).body.includes('route="/echo",status="400",service="http"} 1');
  await until(counted, { what: 'the broken request is counted' });
  expect((await post('1')).status).toBe(200);
});

test.each([
  ['a form', 200, 'application/x-www-form-urlencoded'],
  ['a form in UTF-8', 200, 'application/x-www-form-urlencoded; charset=UTF-8'],
  ['what claims nothing', 200, null],
  ['a form in another character set', 415, 'application/x-www-form-urlencoded; charset=latin1'],
  ['JSON', 415, 'application/json'],
  ['a form of parts', 415, 'multipart/form-data; boundary=x'],
])('where a form is wanted, %s is answered %i', async (_, status, type) => {
  const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
  const response = await served.ask('/form', { method: 'POST', body: Buffer.from('a=1'), headers });
  expect(response.status).toBe(status);
});

test('a request tells where it was sent, as it was written', async () => {
  const response = await served.ask('/form?b=%20+&a=%C3%A4', { method: 'POST' });
  expect(await response.text()).toBe('/form?b=%20+&a=%C3%A4');
});
