import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endNatsLeftover } from '@parley/launcher/servers/nats-leftover';
import { removePostgresData } from '@parley/launcher/servers/postgres';
import { endClusterLeftover } from '@parley/launcher/servers/postgres-status';

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
}
