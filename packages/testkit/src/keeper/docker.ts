import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { freePort } from '@parley/launcher/processes/free-port';
import { natsConfig } from '@parley/launcher/servers/nats-config';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import type { StartServer, TestServer } from './test-server.ts';

const PASSWORD = randomBytes(16).toString('hex');
/** Says in which folder a keeper has noted a container: that one is there as long as the container is wanted. */
const FOLDER = 'parley.folder';
/** How long a server may take to end cleanly, ms. */
const STOP_MS = 10_000;

/** Starts a server as a container, on a port of its own that it keeps over restarts. */
export const startContainer: StartServer = async (kind, folder) => {
  const port = await freePort();
  const container = (kind === 'postgres' ? postgres(port) : nats(port)).withLabels({ [FOLDER]: folder });
  return kind === 'postgres'
    ? server(container, `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`)
    : server(container, `nats://parley:${PASSWORD}@127.0.0.1:${port}`);
};

/** Removes every container whose folder is gone, whoever started it. What cannot be removed is left for the next time. */
export async function removeContainers(): Promise<void> {
  const { container } = await getContainerRuntimeClient();
  const noted = await container.dockerode.listContainers({ all: true, filters: { label: [FOLDER] } });
  for (const { Id, Labels } of noted) {
    if (existsSync(Labels[FOLDER] ?? '')) continue;
    await container
      .getById(Id)
      .remove({ force: true, v: true })
      .catch(() => {});
  }
}

function postgres(port: number): GenericContainer {
  return new GenericContainer('postgres:18-alpine')
    .withExposedPorts({ container: 5432, host: port })
    .withEnvironment({ POSTGRES_PASSWORD: PASSWORD })
    .withCommand([
      'postgres',
      '-c',
      'fsync=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'autovacuum_naptime=1s',
    ]);
}

function nats(port: number): GenericContainer {
  const content = natsConfig({
    host: '0.0.0.0',
    port: 4222,
    password: PASSWORD,
    storeDir: '/data',
    maxFileStoreBytes: 8 * 1024 ** 3,
  });
  return new GenericContainer('nats:2.14-alpine')
    .withExposedPorts({ container: 4222, host: port })
    .withCopyContentToContainer([{ content, target: '/parley.conf' }])
    .withCommand(['-c', '/parley.conf']);
}

/**
 * A started container is asked to stop through the engine itself: Testcontainers' own `stop` does it once in the life of
 * a container, and a restarted one would never stop again.
 */
async function server(container: GenericContainer, url: string): Promise<TestServer> {
  let started: StartedTestContainer = await container.start();
  const engine = (await getContainerRuntimeClient()).container;
  const stop = (timeoutMs: number): Promise<void> =>
    engine.stop(engine.getById(started.getId()), { timeout: timeoutMs });
  const remove = (): Promise<void> => engine.getById(started.getId()).remove({ force: true, v: true });
  return {
    url,
    stop: () => stop(STOP_MS),
    kill: () => stop(0),
    restart: async ({ wipe }) => {
      if (!wipe) return started.restart();
      // What the server knows is in the container.
      await remove();
      started = await container.start();
    },
    remove,
  };
}
