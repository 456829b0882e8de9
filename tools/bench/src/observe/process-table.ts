import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel says about one process. Times are CPU seconds since its start, user and system. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  cpu: number;
  /** Of its children that have ended and were collected, with theirs. */
  endedChildrenCpu: number;
}

/** The kernel counts in hundredths of a second for user programs, whatever its own tick. */
const TICKS_PER_SECOND = 100;

/** Every process of the machine by its number; null where there is no /proc. */
export function readProcessTable(): Map<number, ProcessEntry> | null {
  if (process.platform !== 'linux') return null;
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => parseStat(readOrNull(`/proc/${name}/stat`) ?? ''))
    .filter((entry) => entry !== null);
  return new Map(entries.map((entry) => [entry.pid, entry]));
}

/** Reads a line of /proc/<pid>/stat; null when it is none. */
export function parseStat(line: string): ProcessEntry | null {
  // The name of the program stands in brackets, and may itself contain blanks and brackets.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (place: number): number => Number(fields[place] ?? Number.NaN);
  const seconds = (user: number, system: number): number => (field(user) + field(system)) / TICKS_PER_SECOND;
  const pid = Number.parseInt(line, 10);
  const entry = { pid, parent: field(1), cpu: seconds(11, 12), endedChildrenCpu: seconds(13, 14) };
  return Object.values(entry).some(Number.isNaN) ? null : entry;
}

/** A process with all its living descendants, itself first; empty when it does not run. */
export function processTree(table: ReadonlyMap<number, ProcessEntry>, root: number): ProcessEntry[] {
  const found = [table.get(root)].filter((entry) => entry !== undefined);
  for (const { pid } of found) found.push(...[...table.values()].filter(({ parent }) => parent === pid));
  return found;
}

/**
 * The memory a set of processes holds, in bytes: of a single one its resident pages, of several each page that they
 * share counted once. Null when the kernel does not say.
 */
export function residentBytes(pids: readonly number[]): number | null {
  const sizes = pids.map((pid) =>
    pids.length === 1
      ? kilobytes(`/proc/${pid}/status`, 'VmRSS')
      : kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss'),
  );
  const known = sizes.filter((size) => size !== null);
  return known.length === 0 ? null : known.reduce((sum, size) => sum + size, 0) * 1024;
}

function kilobytes(path: string, name: string): number | null {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readOrNull(path) ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone since it was listed, or not ours to look into.
    return null;
  }
}
