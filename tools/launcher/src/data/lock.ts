import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { startTime } from '../processes/identity.ts';
import { reachable } from '../reachable.ts';
import { StartError, systemCode } from '../start-error.ts';
import { stopCommand } from './stop-command.ts';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  started: z.string(),
  host: z.string().default('127.0.0.1'),
  port: z.number().int(),
});

const RETRY_MS = 20;
const ATTEMPTS = 1000;
const ABANDONED_MS = 10_000;

/** The launcher that runs on a data directory. */
export type Holder = z.infer<typeof holderSchema>;

/** The launcher that holds the lock at `path` and is alive; null when there is none. */
export async function lockHolder(path: string): Promise<Holder | null> {
  try {
    const holder = holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return startTime(holder.pid) === holder.started ? holder : null;
  } catch {
    return null;
  }
}

/**
 * Makes this process the only launcher on the data directory that `path` lies in until `release`. One that was killed does not count.
 * Throws `already_running` when another one is alive.
 */
export async function takeLock(
  path: string,
  at: { host: string; port: number },
): Promise<{ release(): Promise<void> }> {
  const draft = `${path}.${randomUUID()}`;
  const holder: Holder = { pid: process.pid, started: startTime(process.pid) ?? '', ...at };
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await linked(draft, path)) return { release: () => rm(path, { force: true }) };
      const other = await lockHolder(path);
      if (other) throw alreadyRunning(path, other);
      await removeStale(path);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new StartError('already_running', `${path} is being taken by several starts at once; try again.`);
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Only one at a time may judge a lock stale and remove it: it could be a fresh one a moment later. */
async function removeStale(path: string): Promise<void> {
  const guard = `${path}.takeover`;
  try {
    await mkdir(guard);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) await rm(guard, { recursive: true, force: true });
    await delay(RETRY_MS);
    return;
  }
  try {
    if (!(await lockHolder(path))) await rm(path, { force: true });
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}

function alreadyRunning(path: string, { pid, host, port }: Holder): StartError {
  return new StartError(
    'already_running',
    `Parley already runs on this data directory (process ${pid}, ${reachable({ host, port })}); stop it with \`${stopCommand(dirname(path))}\`, or choose another --data and --port. (${path})`,
  );
}
