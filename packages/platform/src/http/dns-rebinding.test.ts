import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { privateProviders } from './private-networks.ts';

/** What the name resolves to, one answer for each time that it is asked for; the last one for ever. */
let answers: string[][] = [];
let asked = 0;

function next(): { address: string; family: number }[] {
  const found = answers[Math.min(asked, answers.length - 1)] ?? [];
  asked += 1;
  return found.map((address) => ({ address, family: 4 }));
}

jest.unstable_mockModule('node:dns', () => ({
  lookup: (_host: string, _options: object, callback: (error: null, found: object[]) => void) =>
    callback(null, next()),
}));
jest.unstable_mockModule('node:dns/promises', () => ({ lookup: async () => next() }));
const { createHttpClient } = await import('./client.ts');
const { AddressRefused, refusedAddressOf } = await import('./guarded-connector.ts');

/** Stands for a host of the world outside; the other for one that nobody outside may have called. */
const OUTSIDE = '127.0.0.1';
const INSIDE = '127.0.0.2';
const NAME = 'provider.example';

let outside: Server;
let port: number;
let visits = 0;
const addresses = privateProviders.parse(`${OUTSIDE}/32`);

beforeAll(async () => {
  outside = createServer((_, response) => {
    visits += 1;
    response.end('here');
  });
  await new Promise<void>((resolve) => outside.listen(0, OUTSIDE, resolve));
  port = (outside.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => outside.close(resolve)));
beforeEach(() => {
  asked = 0;
  visits = 0;
});

const url = (): string => `http://${NAME}:${port}/`;
async function call(): Promise<string> {
  const client = createHttpClient({ connections: 1, timeoutMs: 5_000, maxResponseBytes: 1_000, addresses });
  try {
    return (await client.get(url(), {})).body;
  } finally {
    await client.close();
  }
}

test('a name that was public when the connection was made and is private when it is called is not called', async () => {
  answers = [['93.184.216.34'], [INSIDE]];
  expect(await refusedAddressOf(addresses, url())).toBeNull();
  await expect(call()).rejects.toThrow(AddressRefused);
  expect([asked, visits]).toEqual([2, 0]);
});

test('what was looked at is what is connected to: nobody asks once more in between', async () => {
  answers = [[OUTSIDE], [INSIDE]];
  expect(await call()).toBe('here');
  expect([asked, visits]).toEqual([1, 1]);
});

test('a new connection is looked at anew', async () => {
  answers = [[OUTSIDE], [INSIDE]];
  expect(await call()).toBe('here');
  await expect(call()).rejects.toThrow(AddressRefused);
  expect(visits).toBe(1);
});

test('a private address among public ones closes the name', async () => {
  answers = [[OUTSIDE, INSIDE]];
  await expect(call()).rejects.toThrow(`${NAME} leads to ${INSIDE}`);
  expect(visits).toBe(0);
});
