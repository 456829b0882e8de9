import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where test servers come from: started here from installed packages, or as containers. */
export const infrastructure = process.env['PARLEY_TEST_INFRA'] === 'docker' ? 'docker' : 'embedded';

const CLONE = join(import.meta.dirname, '../../../..');

/**
 * The directory in which the keeper of this clone is found: its lock, its socket, its log and the servers' data.
 * Made when absent. Throws when somebody else made it.
 */
export function keeperHome(): string {
  const user = process.getuid?.() ?? 0;
  const key = createHash('sha256').update(`${CLONE} ${infrastructure}`).digest('hex').slice(0, 12);
  const home = join(tmpdir(), `parley-test-${user}-${key}`);
  // Others may pass through: as root, PostgreSQL runs as another user.
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const found = lstatSync(home);
  if (!found.isDirectory() || found.uid !== user || (found.mode & 0o022) !== 0)
    throw new Error(`${home} belongs to somebody else; remove it or set TMPDIR`);
  return home;
}

/** Where the keeper listens. */
export function socketPath(home: string): string {
  return join(home, 'socket');
}

/** What makes a process the only keeper. */
export function lockPath(home: string): string {
  return join(home, 'lock');
}

/** The keeper's own output. */
export function logPath(home: string): string {
  return join(home, 'keeper.log');
}

/** The data of everything that the keeper starts. */
export function serversPath(home: string): string {
  return join(home, 'servers');
}
