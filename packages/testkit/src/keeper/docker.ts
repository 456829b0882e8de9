import { randomBytes } from 'node:crypto';
import { freePort } from '@parley/launcher/processes/free-port';
import { natsConfig } from '@parley/launcher/servers/nats-config';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import type { StartServer, TestServer } from './test-server.ts';

const PASSWORD = randomBytes(16).toString('hex');
/** How long a server may take to end cleanly, ms. */
const STOP_MS = 10_000;

/** Starts a server as a container, on a port of its own that it keeps over restarts. */
export const startContainer: StartServer = async (kind) => {
  const port = await freePort();
  return kind === 'postgres'
    ? server(postgres(port), `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`)
    : server(nats(port), `nats://parley:${PASSWORD}@127.0.0.1:${port}`);
};

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
