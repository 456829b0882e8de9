import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { canEnter, isRoot, listAccounts } from '../processes/account.ts';
import { postgresProcesses } from './postgres-status.ts';
import { privateHome } from './private-home.ts';

/**
 * Makes a directory that the unprivileged user can reach, for data whose own directory he cannot, and notes in it
 * which link will point to it. Data of the temporary directory stays there, and what deleted test runs left is
 * cleared away first.
 */
export async function makeRelocatedHome(link: string): Promise<string> {
  const volatile = (await realpath(dirname(link))).startsWith(`${await realpath(tmpdir())}/`);
  const parent = await privateHome({ volatile });
  if (volatile) await clearAbandoned(parent);
  const home = join(parent, `data-${randomBytes(6).toString('hex')}`);
  await mkdir(home);
  await chmod(home, 0o711);
  await writeFile(join(home, 'link'), link, { mode: 0o600 });
  return home;
}

/**
 * Takes a cluster that stands where `link` should be to where the user it belongs to can reach it. Backups that follow
 * links put it there when they are restored. One that he reaches, and what is a link, stays as it is.
 */
export async function relocateRestored(link: string): Promise<void> {
  const found = lstatSync(link);
  if (!isRoot() || !found.isDirectory()) return;
  const owner = listAccounts().find(({ uid }) => uid === found.uid);
  if (owner === undefined || owner.uid === 0 || canEnter(owner, link)) return;
  const home = await makeRelocatedHome(link);
  // With its owner, which Node's own copying leaves behind.
  await promisify(execFile)('cp', ['-a', link, join(home, 'cluster')]);
  const aside = `${link}-copied`;
  renameSync(link, aside);
  symlinkSync(join(home, 'cluster'), link);
  await rm(aside, { recursive: true });
}

/** Removes the directory that `link` points into, if it is a link. */
export async function removeRelocatedHome(link: string): Promise<void> {
  const elsewhere = await readlink(link).catch(() => null);
  if (elsewhere !== null) await rm(dirname(elsewhere), { recursive: true, force: true });
}

// Never done for lasting data: its link may be missing only because a disk is not mounted yet.
async function clearAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const home = join(parent, name);
    const link = await readFile(join(home, 'link'), 'utf8').catch(() => null);
    if (link === null || lstatSync(link, { throwIfNoEntry: false })) continue;
    // The link is made last, when the cluster is whole.
    const age = Date.now() - (statSync(home, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age < 60_000) continue;
    if (postgresProcesses(join(home, 'cluster')).length === 0)
      await rm(home, { recursive: true, force: true });
  }
}
