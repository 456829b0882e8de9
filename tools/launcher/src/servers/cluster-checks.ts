import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../processes/account.ts';
import { canEnter, isRoot, listAccounts } from '../processes/account.ts';
import { StartError, systemCode } from '../start-error.ts';

const MAJOR_VERSION = '18';
const ELSEWHERE = 'or choose another directory with --data';

/**
 * Looks at an existing cluster before it is served, and says whom it belongs to and its server must run as;
 * undefined: the current user. Throws `broken_data_directory` for one that is damaged or of another version and
 * `not_permitted` for one of a user whom we cannot become or who cannot reach it.
 */
export function inspectCluster(cluster: string): Account | undefined {
  const version = readVersion(cluster);
  if (version !== MAJOR_VERSION) {
    throw new StartError(
      'broken_data_directory',
      `The database in ${cluster} was made by PostgreSQL ${version} and needs ${MAJOR_VERSION}; dump and reload it, ${ELSEWHERE}.`,
    );
  }
  const { uid, gid } = statSync(cluster);
  if (!isRoot() && uid === process.getuid?.()) return undefined;
  const owner = listAccounts().find((account) => account.uid === uid) ?? { name: `user ${uid}`, uid, gid };
  if (!isRoot() || uid === 0) throw foreign(cluster, owner);
  if (canEnter(owner, cluster)) return owner;
  throw new StartError(
    'not_permitted',
    `The user ${owner.name} cannot reach ${cluster} because a directory above it is private; move it, ${ELSEWHERE}.`,
  );
}

function readVersion(cluster: string): string {
  try {
    return readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    const denied = systemCode(error) === 'EACCES';
    throw new StartError(
      denied ? 'not_permitted' : 'broken_data_directory',
      denied
        ? `The database in ${cluster} belongs to another user; start as the one who made it, ${ELSEWHERE}.`
        : `${cluster} is not a whole PostgreSQL database; restore it, or begin anew with --fresh.`,
      { cause: error },
    );
  }
}

function foreign(cluster: string, owner: Account): StartError {
  const way = isRoot()
    ? ', as whom PostgreSQL does not run; give it to another user'
    : '; start as that user';
  return new StartError(
    'not_permitted',
    `The database in ${cluster} belongs to ${owner.name}${way}, ${ELSEWHERE}.`,
  );
}
