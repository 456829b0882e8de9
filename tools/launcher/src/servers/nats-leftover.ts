import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandLine, sendSignal } from '../processes/identity.ts';
import { waitUntil } from '../processes/wait-until.ts';

/** The configuration file of the server on `dataDir`; it is also what its process is recognised by. */
export function natsConfigPath(dataDir: string): string {
  return join(resolve(dataDir), 'nats.conf');
}

/** The file into which the server itself writes its process number. */
export function natsPidPath(dataDir: string): string {
  return join(resolve(dataDir), 'nats.pid');
}

/**
 * Ends the server that a killed launcher left running on `dataDir`, for two on one store would destroy it. Returns
 * whether there was one.
 */
export async function endNatsLeftover(dataDir: string): Promise<boolean> {
  const pid = readPid(natsPidPath(dataDir));
  const runs = (): boolean =>
    pid !== null && commandLine(pid)?.endsWith(`-c ${natsConfigPath(dataDir)}`) === true;
  if (pid === null || !runs()) return false;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    sendSignal(pid, signal);
    if (await waitUntil(() => !runs(), { timeoutMs: 15_000 })) break;
  }
  return true;
}

function readPid(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
