import { lstatSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../processes/account.ts';
import { canEnter, chooseUnprivileged, isRoot, listAccounts } from '../processes/account.ts';
import { startTime } from '../processes/identity.ts';
import { ownDirectory } from '../data/own-directory.ts';
import { StartError } from '../start-error.ts';
import { inspectCluster } from './cluster-checks.ts';
import { initialise } from './initdb.ts';
import { passwordFile } from './password-file.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { makeRelocatedHome, relocateRestored, removeRelocatedHome } from './relocated-data.ts';

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
 * Opens the cluster in `<directory>/cluster`, made on first use. Where `directory` lies below a directory that the
 * unprivileged user cannot enter, the cluster is made in a place that he can and `cluster` is a link to it.
 * Throws a StartError for a cluster that is damaged, of another version, or somebody else's.
 */
export async function openCluster(directory: string, { fsync }: { fsync: boolean }): Promise<Cluster> {
  const dataDir = await ownDirectory(directory);
  if (isRoot()) await chmod(dataDir, 0o711);
  await removeDrafts(dataDir);
  const link = join(dataDir, 'cluster');
  const exists = lstatSync(link, { throwIfNoEntry: false }) !== undefined;
  if (exists) await relocateRestored(link);
  const account = exists ? inspectCluster(await follow(link)) : unprivileged();
  const binaries = await postgresBinaries(account);
  const password = await passwordFile(join(dataDir, 'password'), { make: !exists });
  if (!exists) await create({ dataDir, link, account, binaries, password, fsync });
  return { path: await realpath(link), password, account, binaries };
}

/** Removes everything that `openCluster` made in `dataDir`, also what lies elsewhere. The server must be stopped. */
export async function removeCluster(dataDir: string): Promise<void> {
  await removeRelocatedHome(join(dataDir, 'cluster'));
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
  const home = account === undefined || canEnter(account, dataDir) ? dataDir : await makeRelocatedHome(link);
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

async function follow(link: string): Promise<string> {
  return realpath(link).catch((error: unknown) => {
    const sentence = `${link} leads to a directory that is gone; restore it, or begin anew with --fresh.`;
    throw new StartError('broken_data_directory', sentence, { cause: error });
  });
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
