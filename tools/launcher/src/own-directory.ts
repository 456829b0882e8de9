import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StartError } from './start-error.ts';

/**
 * Makes a directory, with those above it, unless it exists, and returns its absolute path. Throws `not_permitted`
 * when the system refuses.
 */
export async function ownDirectory(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    await mkdir(absolute, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(
      'not_permitted',
      `The directory ${absolute} cannot be made (${why}); choose another one with --data.`,
      { cause: error },
    );
  }
  return absolute;
}
