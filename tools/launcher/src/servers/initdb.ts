import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Account } from '../processes/account.ts';
import { reasonOf, StartError } from '../start-error.ts';

const run = promisify(execFile);

/** The environment of PostgreSQL's programs: nothing of ours but the path, so that PGDATA and the like cannot leak in. */
export const postgresEnv: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/** What a new cluster is made from. */
export interface InitOptions {
  initdb: string;
  /** An empty directory owned by `account`. */
  cluster: string;
  /** Readable by `account`. */
  passwordFile: string;
  account: Account | undefined;
  fsync: boolean;
}

/**
 * Makes a cluster: UTF-8, code point order (the same on every machine), data checksums, password logins only.
 * Throws `broken_data_directory` with initdb's own words when it fails.
 */
export async function initialise({
  initdb,
  cluster,
  passwordFile,
  account,
  fsync,
}: InitOptions): Promise<void> {
  const args = [
    `--pgdata=${cluster}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
    ...(fsync ? [] : ['--no-sync']),
  ];
  const as = account && { uid: account.uid, gid: account.gid };
  try {
    await run(initdb, args, { cwd: '/', env: postgresEnv, ...as });
  } catch (error) {
    throw new StartError(
      'broken_data_directory',
      `The database in ${cluster} could not be made: ${reason(error)}`,
      {
        cause: error,
      },
    );
  }
}

function reason(error: unknown): string {
  const hasOutput = typeof error === 'object' && error !== null && 'stderr' in error;
  const output = hasOutput ? String(error.stderr) : reasonOf(error);
  const complaint = output.split('\n').find((line) => /error|fatal/i.test(line)) ?? output;
  return complaint.replace(/^initdb: /, '').trim();
}
