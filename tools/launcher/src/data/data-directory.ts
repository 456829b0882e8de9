import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProcessRecords } from '../processes/records.ts';
import { endNatsLeftover } from '../servers/nats-leftover.ts';
import { removeCluster } from '../servers/postgres-cluster.ts';
import { endClusterLeftover } from '../servers/postgres-status.ts';
import { StartError, systemCode } from '../start-error.ts';
import { dataLayout } from './layout.ts';
import type { DataLayout } from './layout.ts';
import { takeLock } from './lock.ts';
import { ownDirectory } from './own-directory.ts';

/** A data directory that is ours alone until `release`. */
export interface DataDirectory {
  layout: DataLayout;
  records: ProcessRecords;
  release(): Promise<void>;
}

/** Who takes a data directory, and how. */
export interface DataDirectoryOptions {
  /** Where its gateway is to listen; `host` is 127.0.0.1 unless given. */
  port: number;
  host?: string;
  /** Deletes what is in it. Default false. */
  fresh?: boolean;
  /** Whether the start can succeed: asked when nothing of an earlier one runs any more; what it rejects with is thrown. */
  checkFirst?(): Promise<void>;
}

/**
 * Takes a data directory for one instance: makes it on first use, locks it, ends what a killed launcher left
 * running on it, and with `fresh` empties it. Throws a StartError when another launcher holds it, or when it is
 * full of something that is not ours; and what `checkFirst` rejects with, before anything is deleted.
 */
export async function openDataDirectory(
  path: string,
  { port, host = '127.0.0.1', fresh = false, checkFirst }: DataDirectoryOptions,
): Promise<DataDirectory> {
  const layout = dataLayout(await ownDirectory(path));
  await mark(layout);
  const lock = await takeLock(layout.lock, { host, port });
  try {
    const records = new ProcessRecords(layout.processes);
    await endLeftovers(layout, records);
    await checkFirst?.();
    if (fresh) await empty(layout);
    await makeLogs(layout.logs);
    return { layout, records, release: lock.release };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Ends every process that a killed launcher left on a data directory, the services first, then the servers, and
 * takes away the file that invites scripts to them. Returns the names of those it ended.
 */
export async function endLeftovers(layout: DataLayout, records: ProcessRecords): Promise<string[]> {
  await rm(layout.instance, { force: true });
  const ended = await records.endLeftovers();
  if (await endClusterLeftover(layout.postgres)) ended.push('postgres');
  if (await endNatsLeftover(layout.nats)) ended.push('nats');
  return ended;
}

async function mark(layout: DataLayout): Promise<void> {
  if (existsSync(layout.marker)) return;
  if ((await readdir(layout.root)).length > 0) {
    throw new StartError(
      'bad_usage',
      `${layout.root} is not empty and is no data directory of Parley; choose another one with --data.`,
    );
  }
  await writeFile(layout.marker, 'This directory belongs to Parley. --fresh deletes everything in it.\n');
}

async function makeLogs(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    const sentence = `${path} is a file, and the logs need a directory there; move it away, or choose another data directory with --data.`;
    throw new StartError('broken_data_directory', sentence, { cause: error });
  }
}

async function empty(layout: DataLayout): Promise<void> {
  await removeCluster(layout.postgres);
  const kept = [layout.marker, layout.lock].map((path) => basename(path));
  for (const name of await readdir(layout.root)) {
    if (!kept.includes(name)) await rm(join(layout.root, name), { recursive: true, force: true });
  }
}
