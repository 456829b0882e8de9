import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Where test servers come from: started here from installed packages, or as containers. */
export const infrastructure = process.env['PARLEY_TEST_INFRA'] === 'docker' ? 'docker' : 'embedded';

const CLONE = join(import.meta.dirname, '../../../..');

/** The places of a clone's keeper. */
export interface KeeperHome {
  root: string;
  /** For this user only: lock, socket and log. */
  own: string;
  /** Where the keeper listens. */
  socket: string;
  /** What makes a process the only keeper. */
  lock: string;
  log: string;
  /** The data of everything that the keeper starts. */
  servers: string;
}

/** Where the keeper of this clone is found; made when absent. Throws when somebody else was there first. */
export function keeperHome(): KeeperHome {
  const user = process.getuid?.() ?? 0;
  const key = createHash('sha256').update(`${CLONE} ${infrastructure}`).digest('hex').slice(0, 12);
  const root = join(tmpdir(), `${homePrefix()}${key}`);
  // Others may pass through: as root, PostgreSQL runs as another user.
  mkdirSync(root, { recursive: true, mode: 0o711 });
  const found = lstatSync(root);
  if (!found.isDirectory() || found.uid !== user || (found.mode & 0o022) !== 0)
    throw new Error(`${root} belongs to somebody else; remove it or set TMPDIR`);
  const places = placesIn(root);
  mkdirSync(places.own, { recursive: true, mode: 0o700 });
  return places;
}

/** Where keepers of other clones are, or were. */
export function otherHomes(home: KeeperHome): KeeperHome[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(homePrefix()) && name !== basename(home.root))
    .map((name) => placesIn(join(tmpdir(), name)));
}

function homePrefix(): string {
  return `parley-test-${process.getuid?.() ?? 0}-`;
}

function placesIn(root: string): KeeperHome {
  const own = join(root, 'keeper');
  return {
    root,
    own,
    socket: join(own, 'socket'),
    lock: join(own, 'lock'),
    log: join(own, 'log'),
    servers: join(root, 'servers'),
  };
}
