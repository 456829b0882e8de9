import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Account } from '../processes/account.ts';
import { canEnter, chooseUnprivileged, isRoot, listAccounts } from '../processes/account.ts';
import { startTime } from '../processes/identity.ts';
import { StartError, systemCode } from '../start-error.ts';
import { initialise } from './initdb.ts';
import { passwordFile } from './password-file.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { privateHome } from './private-home.ts';

const MAJOR_VERSION = '18';

/** A cluster that is ready to be served. */
export interface Cluster {
  /** Its real path, free of links. */
  path: string;
  /** Of the superuser `postgres`. */
  password: string;
  /** The user who owns it and whom the server must run as; undefined: the current user. */
  account: Account | undefined;
  binaries: PostgresBinaries;
}

/**
 * Opens the cluster in `<dataDir>/cluster`, made on first use. Where `dataDir` lies below a directory that the
 * unprivileged user cannot enter, the cluster is made in a place that he can and `cluster` is a link to it.
 * Throws a StartError for a cluster that is damaged, of another version, or somebody else's.
 */
export async function openCluster(dataDir: string, { fsync }: { fsync: boolean }): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true });
  if (isRoot()) await chmod(dataDir, 0o711);
  await removeDrafts(dataDir);
  const link = join(dataDir, 'cluster');
  const exists = lstatSync(link, { throwIfNoEntry: false }) !== undefined;
  const account = exists ? ownerOf(link) : unprivileged();
  const binaries = await postgresBinaries(account);
  const password = await passwordFile(join(dataDir, 'password'));
  if (!exists) await create({ dataDir, link, account, binaries, password, fsync });
  const path = await realpath(link);
  checkVersion(path);
  checkReach(path, account);
  return { path, password, account, binaries };
}

/** Removes everything that `openCluster` made for `dataDir`, also what lies elsewhere. The server must be stopped. */
export async function removeCluster(dataDir: string): Promise<void> {
  const elsewhere = await readlink(join(dataDir, 'cluster')).catch(() => null);
  if (elsewhere !== null) await rm(dirname(elsewhere), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

interface Creation {
  dataDir: string;
  link: string;
  account: Account | undefined;
  binaries: PostgresBinaries;
  password: string;
  fsync: boolean;
}

/** A cluster appears under its name only when it is whole, so an interrupted start leaves nothing half made. */
async function create({ dataDir, link, account, binaries, password, fsync }: Creation): Promise<void> {
  const home = account === undefined || canEnter(account, dataDir) ? dataDir : await makeHome(dataDir);
  const draft = join(home, `cluster.${process.pid}`);
  const passwordCopy = join(home, `password.${process.pid}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordCopy, password, { mode: 0o600 });
    if (account)
      await Promise.all([draft, passwordCopy].map((path) => chown(path, account.uid, account.gid)));
    await initialise({ initdb: binaries.initdb, cluster: draft, passwordFile: passwordCopy, account, fsync });
    await rename(draft, join(home, 'cluster'));
    if (home !== dataDir) await symlink(join(home, 'cluster'), link);
  } finally {
    await Promise.all([draft, passwordCopy].map((path) => rm(path, { recursive: true, force: true })));
  }
}

async function makeHome(dataDir: string): Promise<string> {
  const volatile = (await realpath(dataDir)).startsWith(`${await realpath(tmpdir())}/`);
  const home = join(await privateHome({ volatile }), `data-${randomBytes(6).toString('hex')}`);
  await mkdir(home, { mode: 0o711 });
  await chmod(home, 0o711);
  return home;
}

async function removeDrafts(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = Number(/^(?:cluster|password)\.(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && startTime(pid) === null) {
      await rm(join(dataDir, name), { recursive: true, force: true });
    }
  }
}

function unprivileged(): Account | undefined {
  if (!isRoot()) return undefined;
  const account = chooseUnprivileged(listAccounts());
  if (account) return account;
  throw new StartError(
    'not_permitted',
    'PostgreSQL does not run as root and this machine has no other user; add one, or start as another user.',
  );
}

function ownerOf(link: string): Account | undefined {
  if (!existsSync(link)) {
    throw new StartError(
      'broken_data_directory',
      `${link} points to a directory that is gone; restore it, or begin anew with --fresh.`,
    );
  }
  const { uid, gid } = statSync(link);
  if (!isRoot() && uid === process.getuid?.()) return undefined;
  if (isRoot() && uid !== 0)
    return listAccounts().find((account) => account.uid === uid) ?? { name: `user ${uid}`, uid, gid };
  const owner = listAccounts().find((account) => account.uid === uid)?.name ?? `user ${uid}`;
  throw new StartError(
    'not_permitted',
    `The database in ${link} belongs to ${owner}; start as the user who made it, or choose another directory with --data.`,
  );
}

function checkVersion(cluster: string): void {
  let version: string;
  try {
    version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    throw new StartError(
      systemCode(error) === 'EACCES' ? 'not_permitted' : 'broken_data_directory',
      `${cluster} is not a readable PostgreSQL database; restore it, or begin anew with --fresh.`,
      { cause: error },
    );
  }
  if (version === MAJOR_VERSION) return;
  throw new StartError(
    'broken_data_directory',
    `The database in ${cluster} was made by PostgreSQL ${version} and needs ${MAJOR_VERSION}; dump and reload it, or choose another directory with --data.`,
  );
}

function checkReach(cluster: string, account: Account | undefined): void {
  if (account === undefined || canEnter(account, cluster)) return;
  throw new StartError(
    'not_permitted',
    `The user ${account.name} cannot reach ${cluster} because a directory above it is private; move it, or choose another directory with --data.`,
  );
}
