import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { request } from 'undici';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const ENVIRONMENT = {
  PORT: '0',
  GATEWAY_URL: 'http://127.0.0.1:1',
  CONNECTIONS: JSON.stringify([{ id: 'sms', provider: 'sms-gateway', secret: 's' }]),
};

function run(environment: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output.text += chunk.toString();
    });
  return { child, output, ended: once(child, 'close') };
}

test('it says in one line where it listens, answers there, and ends on SIGTERM', async () => {
  const { child, output, ended } = run(ENVIRONMENT);
  await once(child.stdout, 'data');
  const [line, url] = /^simulator: plays sms on (http:\S+)\n$/.exec(output.text) ?? [];
  expect(line).toBe(output.text);
  const { statusCode, body } = await request(`${url}/health/ready`);
  await body.dump();
  expect(statusCode).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('it names everything that is wrong with its environment and ends', async () => {
  const { output, ended } = run({ PORT: '0', CONNECTIONS: '[]' });
  expect(await ended).toEqual([1, null]);
  expect(output.text).toMatch(/^simulator: GATEWAY_URL: .*\nsimulator: CONNECTIONS: .*\n$/);
});

test('a port that is taken gets one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const { output, ended } = run({ ...ENVIRONMENT, PORT: port });
  expect(await ended).toEqual([1, null]);
  expect(output.text).toMatch(/^simulator: listen EADDRINUSE: .*:\d+\n$/);
  server.close();
});
