import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** More than all servers that run beside each other in tests ever fill, bytes. */
const ENOUGH = 4 * 1024 ** 3;

/**
 * Where tests keep what is gone after them: in memory where a machine has enough of it, for every test database
 * is some 500 files, and else in the temporary directory.
 * @returns {string} the directory
 */
export function directoryInMemory() {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH && mayRunFrom(MEMORY) ? MEMORY : tmpdir();
  } catch {
    // Only Linux has it.
    return tmpdir();
  }
}

/** @param {string} directory */
function mayRunFrom(directory) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const options = mounts.map((line) => line.split(' ')).findLast(([, at]) => at === directory)?.[3];
  return options !== undefined && !options.split(',').includes('noexec');
}
