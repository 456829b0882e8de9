import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { StartError, systemCode } from '../start-error.ts';

/**
 * The password kept in `path`, made (mode 0600, 192 random bits) on first use. Throws `not_permitted` when the
 * file belongs to somebody else and `broken_data_directory` when it holds no password.
 */
export async function passwordFile(path: string): Promise<string> {
  try {
    await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const password = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StartError('not_permitted', `${path} cannot be read; start as the user it belongs to.`, {
      cause: error,
    });
  });
  if (/^[\w-]{16,}$/.test(password)) return password;
  throw new StartError(
    'broken_data_directory',
    `${path} holds no password; restore it, or begin anew with --fresh.`,
  );
}
