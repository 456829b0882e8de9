import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StartError } from '../start-error.ts';

/**
 * Makes a directory, with those above it, unless it exists, and returns its absolute path. Throws `not_permitted`
 * when the system refuses, or when an existing one cannot be written.
 */
export async function ownDirectory(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    await mkdir(absolute, { recursive: true });
    await access(absolute, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(
      'not_permitted',
      `The directory ${absolute} cannot be used (${why}); start as the user it belongs to, or choose another one with --data.`,
      { cause: error },
    );
  }
  return absolute;
}
