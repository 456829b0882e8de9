import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { StartError, systemCode } from '../start-error.ts';

/**
 * The password kept in `path`; with `make`, made on first use (mode 0600, 192 random bits). Throws `not_permitted`
 * when the file cannot be read and `broken_data_directory` when it is missing or holds no password.
 */
export async function passwordFile(path: string, { make }: { make: boolean }): Promise<string> {
  try {
    if (make) await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const password = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    const sentence = `${path} cannot be read; start as the user it belongs to.`;
    throw new StartError('not_permitted', sentence, { cause: error });
  });
  if (/^[\w-]{16,}$/.test(password)) return password;
  throw new StartError(
    'broken_data_directory',
    `${path} holds no password; restore it, or begin anew with --fresh.`,
  );
}
