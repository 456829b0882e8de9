import { readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine, sendSignal, startTime } from '../processes/identity.ts';
import { waitUntil } from '../processes/wait-until.ts';

/** What PostgreSQL writes about itself into its data directory. */
export interface PostmasterFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** Reads the text of a postmaster.pid; null when it is not (yet) complete. */
export function parsePostmasterFile(text: string): PostmasterFile | null {
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port)) return null;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** The postmaster.pid of a cluster, null when there is none or it is incomplete. */
export function readPostmasterFile(cluster: string): PostmasterFile | null {
  try {
    return parsePostmasterFile(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * The processes of the PostgreSQL that runs on this very cluster, its postmaster first: that one says so on its
 * command line, and all of them live in the data directory. A number that was given to somebody else meanwhile is
 * never taken for one of them. Backends without a postmaster may be missed where the system hides the directories of
 * other users' processes, as containers do even from root.
 */
export function postgresProcesses(cluster: string): number[] {
  const named = readPostmasterFile(cluster)?.pid;
  const postmaster = named !== undefined && runsOn(named, cluster) ? [named] : [];
  const others = process.platform === 'linux' ? residents(cluster) : [];
  return [...new Set([...postmaster, ...others])];
}

/**
 * Ends a PostgreSQL that a killed launcher left running on `cluster`: a fast shutdown first, then harder ones.
 * After it nothing holds the cluster, also not a backend that outlived its postmaster.
 */
export async function endLeftover(cluster: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const processes = postgresProcesses(cluster);
    const led = processes[0] !== undefined && processes[0] === readPostmasterFile(cluster)?.pid;
    // A postmaster ends its backends itself; those that lost theirs are told one by one.
    if (led && signal !== 'SIGKILL') processes.slice(0, 1).forEach((pid) => sendSignal(pid, signal));
    else processes.forEach((pid) => sendSignal(pid, signal === 'SIGINT' ? 'SIGQUIT' : signal));
    if (await waitUntil(() => postgresProcesses(cluster).length === 0, { timeoutMs: 15_000 })) return;
  }
}

/** The same for the cluster that `openCluster` would open in `dataDir`. Returns whether anything ran. */
export async function endClusterLeftover(dataDir: string): Promise<boolean> {
  const cluster = await realpath(join(dataDir, 'cluster')).catch(() => null);
  if (cluster === null || postgresProcesses(cluster).length === 0) return false;
  await endLeftover(cluster);
  return true;
}

/**
 * Removes a postmaster.pid whose number was given to somebody else after a crash: PostgreSQL would take that process
 * for itself and refuse to start. Any other stale file is left to PostgreSQL, which judges it better.
 */
export function removeMisleadingPid(cluster: string): void {
  const pid = readPostmasterFile(cluster)?.pid;
  if (pid === undefined || startTime(pid) === null || postgresProcesses(cluster).includes(pid)) return;
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

function residents(cluster: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => linkOf(pid, 'cwd') === cluster && linkOf(pid, 'exe')?.includes('/postgres') === true)
    .filter((pid) => startTime(pid) !== null);
}

function runsOn(pid: number, cluster: string): boolean {
  const command = commandLine(pid);
  return (
    command !== null &&
    command.includes('postgres') &&
    command.includes(`-D ${cluster} `) &&
    startTime(pid) !== null
  );
}

function linkOf(pid: number, name: 'cwd' | 'exe'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return null;
  }
}
