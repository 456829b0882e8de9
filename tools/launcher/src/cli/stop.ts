import { existsSync } from 'node:fs';
import { endLeftovers } from '../data/data-directory.ts';
import { dataLayout } from '../data/layout.ts';
import { lockHolder } from '../data/lock.ts';
import { startTime, sendSignal } from '../processes/identity.ts';
import { ProcessRecords } from '../processes/records.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { StartError } from '../start-error.ts';
import { TerminalProgress } from './terminal-progress.ts';

// Five processes of at most 26 s each, one after the other, then both servers.
const LONGEST_STOP_MS = 200_000;

/**
 * Stops the Parley that runs on `data` (an absolute path) and waits until it is down; ends as well what a killed one
 * left running. Returns where it listened, null when none ran. Throws `not_permitted` when it belongs to somebody else
 * and `not_ready` when it does not come down.
 */
export async function stop(data: string): Promise<{ host: string; port: number } | null> {
  const layout = dataLayout(data);
  const holder = await lockHolder(layout.lock);
  if (!holder) {
    const ended = existsSync(layout.marker)
      ? await endLeftovers(layout, new ProcessRecords(layout.processes))
      : [];
    console.log(
      ended.length === 0 ? `No Parley runs on ${data}.` : `Ended what was left running: ${ended.join(', ')}.`,
    );
    return null;
  }
  const { pid, started, host, port } = holder;
  if (!sendSignal(pid, 'SIGTERM') && startTime(pid) === started) {
    throw new StartError(
      'not_permitted',
      `The Parley on ${data} (process ${pid}) belongs to another user; stop it as that user.`,
    );
  }
  await new TerminalProgress(process.stdout).step(`Stopping process ${pid}`, async () => {
    if (await waitUntil(() => startTime(pid) !== started, { timeoutMs: LONGEST_STOP_MS })) return;
    throw new StartError('not_ready', `Process ${pid} does not stop; see the logs in ${layout.logs}.`);
  });
  return { host, port };
}
