import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpClient } from './client.ts';
import { AddressRefused, refusedAddressOf } from './guarded-connector.ts';
import { callableAddresses, privateProviders, type CallableAddresses } from './private-networks.ts';

let canary: Server;
let port: number;
let visits = 0;

beforeAll(async () => {
  canary = createServer((_, response) => {
    visits += 1;
    response.end('here');
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => canary.close(resolve)));

function rules(...exceptions: string[]): CallableAddresses {
  const addresses = callableAddresses(exceptions);
  if (addresses === null) throw new Error('no rules');
  return addresses;
}

async function call(url: string, addresses: CallableAddresses): Promise<string> {
  const client = createHttpClient({ connections: 1, timeoutMs: 5_000, maxResponseBytes: 1_000, addresses });
  try {
    return (await client.get(url, {})).body;
  } finally {
    await client.close();
  }
}

/** Loopback in many spellings. */
const LOOPBACK_HOSTS = [
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127.0.0.1.',
  '0.0.0.0',
  '0',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  'localhost',
];
/** Others that are not for the public, in every block that is set aside. */
const PRIVATE_HOSTS = [
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '0.1.2.3',
  '2852039166',
  '0xa9fea9fe',
  '0xa9.254.0251.0xfe',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::]',
  '[100::1]',
  '[3fff::1]',
];

describe('without an exception', () => {
  test.each([...LOOPBACK_HOSTS, ...PRIVATE_HOSTS])('http://%s is neither taken nor called', async (host) => {
    const before = visits;
    const url = `http://${host}:${port}/`;
    expect(await refusedAddressOf(rules(), url)).not.toBeNull();
    await expect(call(url, rules())).rejects.toBeInstanceOf(AddressRefused);
    expect(visits).toBe(before);
  });

  test.each(['8.8.8.8', '1.1.1.1', '[2606:4700:4700::1111]', '[::ffff:8.8.8.8]'])(
    'http://%s is taken',
    async (host) => {
      expect(await refusedAddressOf(rules(), `http://${host}/`)).toBeNull();
    },
  );

  test('a name that nobody knows is taken: it is asked for again when it is called', async () => {
    expect(await refusedAddressOf(rules(), 'http://nowhere.invalid/')).toBeNull();
  });
});

describe('with an exception', () => {
  test.each([
    ['a network', '127.0.0.1', ['127.0.0.0/8']],
    ['a name', 'localhost', ['LocalHost', '10.0.0.0/8']],
    ['a network behind a name', 'localhost', ['127.0.0.0/8', '::1/128']],
  ])('%s is called', async (_, host, exceptions) => {
    expect(await call(`http://${host}:${port}/`, rules(...exceptions))).toBe('here');
    expect(await refusedAddressOf(rules(...exceptions), `http://${host}:${port}/`)).toBeNull();
  });

  test.each([
    ['127.0.0.1', ['localhost']],
    ['127.0.0.1', ['10.0.0.0/8', '::1/128']],
    ['10.0.0.1', ['127.0.0.0/8']],
  ])('%s stays closed where only %j is open', async (host, exceptions) => {
    await expect(call(`http://${host}:${port}/`, rules(...exceptions))).rejects.toThrow(host);
  });

  test('a redirect is not followed', async () => {
    const away = createServer((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end('moved'),
    );
    await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve));
    const before = visits;
    expect(
      await call(`http://127.0.0.1:${(away.address() as AddressInfo).port}/`, rules('127.0.0.0/8')),
    ).toBe('moved');
    expect(visits).toBe(before);
    await new Promise((resolve) => away.close(resolve));
  });
});

test.each(['10.0.0', '10.0.0.1', '10.0.0.0/33', 'http://x', 'a b', '-x', '*'])(
  '%j is no exception',
  (text) => {
    expect(privateProviders.safeParse(text).success).toBe(false);
  },
);
