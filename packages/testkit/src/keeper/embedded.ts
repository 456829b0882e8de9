import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startNats } from '@parley/launcher/servers/nats';
import { removePostgresData, startPostgres } from '@parley/launcher/servers/postgres';
import type { StartServer, TestServer } from './test-server.ts';

/** Starts a server from the installed packages. */
export const startEmbedded: StartServer = (kind, directory) =>
  kind === 'postgres' ? embeddedPostgres(directory) : embeddedNats(directory);

async function embeddedPostgres(directory: string): Promise<TestServer> {
  const dataDir = join(directory, 'data');
  const server = await startPostgres({ dataDir, logFile: join(directory, 'server.log'), fsync: false });
  return {
    url: server.url,
    stop: () => server.stop(),
    kill: () => server.kill(),
    restart: async ({ wipe }) => {
      if (wipe) throw new Error('only the store of a bus can be wiped');
      await server.restart();
    },
    remove: async () => {
      // Nothing of it is wanted any more, so it need not write a checkpoint.
      await server.stop({ immediate: true });
      await removePostgresData(dataDir);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function embeddedNats(directory: string): Promise<TestServer> {
  const server = await startNats({
    dataDir: join(directory, 'data'),
    logFile: join(directory, 'server.log'),
  });
  return {
    url: server.url,
    stop: () => server.stop(),
    kill: () => server.kill(),
    restart: async ({ wipe }) => {
      await server.stop();
      if (wipe) await server.wipe();
      await server.start();
    },
    remove: async () => {
      await server.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
