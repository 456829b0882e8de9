import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from '@parley/launcher/data/lock';
import { endNatsLeftover } from '@parley/launcher/servers/nats-leftover';
import { removePostgresData } from '@parley/launcher/servers/postgres';
import { endClusterLeftover } from '@parley/launcher/servers/postgres-status';
import { infrastructure, type KeeperHome } from './home.ts';

/** Ends and removes what a keeper that was killed left in `servers`. Only for the holder of the keeper's lock. */
export async function removeLeftovers(servers: string): Promise<void> {
  const names = await readdir(servers).catch(() => []);
  for (const name of names) {
    const dataDir = join(servers, name, 'data');
    await endNatsLeftover(dataDir);
    await endClusterLeftover(dataDir);
    await removePostgresData(dataDir);
  }
  await rm(servers, { recursive: true, force: true });
  if (infrastructure === 'docker') await (await import('./docker.ts')).removeContainers();
}

/** Removes a keeper's home. Only for the holder of its lock. */
export async function removeHome(home: KeeperHome, lock: { release(): Promise<void> }): Promise<void> {
  await removeLeftovers(home.servers);
  for (const file of [home.socket, home.log]) await rm(file, { force: true });
  await lock.release();
  // Not empty when the next keeper has begun.
  for (const folder of [home.own, home.root]) await rmdir(folder).catch(() => {});
}

/** The same for keepers that were killed and whose clone may be gone. One that is alive keeps its home. */
export async function removeAbandoned(homes: readonly KeeperHome[]): Promise<void> {
  for (const home of homes) {
    const lock = await takeLock(home.lock, { host: '127.0.0.1', port: 0 }).catch(() => null);
    if (lock !== null) await removeHome(home, lock);
  }
}
