import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from '../processes/account.ts';
import { StartError } from '../start-error.ts';

/**
 * A folder of ours outside the clone that every user can enter and only we can write: for what an unprivileged
 * server must reach when the clone lies below a private directory. Root gets a place that survives a reboot;
 * `volatile` asks for the temporary directory, for data that lies there already. Throws `not_permitted` when
 * no candidate can be had.
 */
export async function privateHome({ volatile = false } = {}): Promise<string> {
  const temporary = join(tmpdir(), `parley-${process.getuid?.() ?? 0}`);
  const lasting = isRoot() ? ['/var/lib/parley', '/var/tmp/parley-0'] : [];
  for (const candidate of volatile ? [temporary] : [...lasting, temporary]) {
    if (await isOurs(candidate)) return candidate;
  }
  throw new StartError(
    'not_permitted',
    'No directory was found that PostgreSQL can reach; move this clone out of the private directory it is in, or use --data.',
  );
}

// The temporary directory is open to everybody: a folder somebody else made there first must not be trusted.
async function isOurs(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const found = await lstat(folder);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
