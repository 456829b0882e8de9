import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { startTime } from '../processes/identity.ts';
import { StartError, systemCode } from '../start-error.ts';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  started: z.string(),
  port: z.number().int(),
});

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
 * Makes this process the only launcher on a data directory until `release`. One that was killed does not count.
 * Throws `already_running` when another one is alive.
 */
export async function takeLock(path: string, port: number): Promise<{ release(): Promise<void> }> {
  const draft = `${path}.${process.pid}`;
  const holder: Holder = { pid: process.pid, started: startTime(process.pid) ?? '', port };
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
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

/** Of several that find a stale lock, one takes it away; who took a fresh one by mistake puts it back. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (await lockHolder(aside)) await linked(aside, path);
  await rm(aside, { force: true });
}

function alreadyRunning(path: string, { pid, port }: Holder): StartError {
  return new StartError(
    'already_running',
    `Parley already runs on this data directory (process ${pid}, http://127.0.0.1:${port}); stop it with \`npm stop\`, or choose another --data and --port. (${path})`,
  );
}
