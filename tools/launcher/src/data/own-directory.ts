import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf, StartError, systemCode } from '../start-error.ts';

/**
 * Makes a directory, with those above it, unless it exists, and returns its absolute path. Throws `bad_usage`
 * when something else has its place, `not_permitted` when the system refuses or when an existing one cannot be written;
 * `option` is where it was named.
 */
export async function ownDirectory(path: string, option = '--data'): Promise<string> {
  const absolute = resolve(path);
  try {
    await makeWithParents(absolute);
    await access(absolute, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const inTheWay = await fileInTheWay(absolute);
    if (inTheWay !== null) {
      const sentence = `${inTheWay} is a file and not a directory; choose another place with ${option}.`;
      throw new StartError('bad_usage', sentence, { cause: error });
    }
    throw new StartError(
      'not_permitted',
      `The directory ${absolute} cannot be used (${reasonOf(error)}); start as the user it belongs to, or choose another one with ${option}.`,
      { cause: error },
    );
  }
  return absolute;
}

/** Not mkdir's own way of making parents, which never returns where a parent exists and takes nothing (`/proc/x`). */
async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error;
    await makeWithParents(dirname(path));
    await mkdir(path);
  }
}

/** The first of a path and those above it that exists, if it is no directory. */
async function fileInTheWay(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found) return found.isDirectory() ? null : path;
  return path === dirname(path) ? null : fileInTheWay(dirname(path));
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
