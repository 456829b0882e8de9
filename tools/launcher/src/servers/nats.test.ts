import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashedLauncher } from '../../test/crashed-launcher.ts';
import { startTime } from '../processes/identity.ts';
import { greetsNats } from './nats-greeting.ts';
import { startNats, type NatsServer } from './nats.ts';

let folder: string;
let at: { dataDir: string; logFile: string };
let server: NatsServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-nats-'));
  at = { dataDir: join(folder, 'nats'), logFile: join(folder, 'nats.log') };
  server = await startNats(at);
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function greeting(): Promise<boolean> {
  const { username: user, password, port } = new URL(server.url);
  return greetsNats({ port: Number(port), user, password });
}

describe('our NATS', () => {
  test('lets in who has the password, and nobody else', async () => {
    expect(await greeting()).toBe(true);
    expect(await greetsNats({ port: server.port, user: 'parley', password: 'wrong' })).toBe(false);
    expect((await stat(join(at.dataDir, 'nats.conf'))).mode & 0o777).toBe(0o600);
  });

  test('comes back on its port after a SIGKILL, also without its store', async () => {
    const before = server.pid;
    await server.kill();
    expect(await greeting()).toBe(false);
    await server.wipe();
    expect(existsSync(join(at.dataDir, 'jetstream'))).toBe(false);
    await server.start();
    expect(server.pid).not.toBe(before);
    expect(await greeting()).toBe(true);
  });

  test('that a killed launcher left running is ended by the next start', async () => {
    await server.stop();
    const orphan = crashedLauncher('nats', at);
    expect(startTime(orphan)).not.toBeNull();
    server = await startNats(at);
    expect(startTime(orphan)).toBeNull();
    expect(await greeting()).toBe(true);
  });

  test('says in one sentence that its port is taken', async () => {
    const second = startNats({ dataDir: join(folder, 'second'), logFile: at.logFile, port: server.port });
    await expect(second).rejects.toMatchObject({ code: 'port_in_use' });
  });

  test('says in one sentence that its store is damaged', async () => {
    const damaged = { dataDir: join(folder, 'damaged'), logFile: join(folder, 'damaged.log') };
    await (await startNats(damaged)).stop();
    await rm(join(damaged.dataDir, 'jetstream'), { recursive: true });
    await writeFile(join(damaged.dataDir, 'jetstream'), '');
    await expect(startNats(damaged)).rejects.toMatchObject({
      code: 'broken_data_directory',
      message: expect.not.stringContaining('\n'),
    });
  });
});
