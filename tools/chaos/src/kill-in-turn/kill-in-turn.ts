import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '@parley/launcher/instance/start-instance';
import type { Progress } from '@parley/trial/progress';

/** What can be killed. */
export type Mortal = Pick<Instance, 'kill' | 'restartNats' | 'restartPostgres' | 'untilReady'>;

const BETWEEN_MS = 3_000;

const deaths: readonly (readonly [name: string, kill: (instance: Mortal) => Promise<void>])[] = [
  ['dispatcher', (instance) => instance.kill('dispatcher')],
  ['gateway', (instance) => instance.kill('gateway')],
  ['NATS, and its whole store', (instance) => instance.restartNats({ wipe: true })],
  ['ingest', (instance) => instance.kill('ingest')],
  ['PostgreSQL', (instance) => instance.restartPostgres({ immediate: true })],
  ['reporting', (instance) => instance.kill('reporting')],
];

/**
 * Kills one thing after the other, with some seconds between, until the signal is aborted; then waits until everything is
 * back. Resolves with how many there were.
 */
export async function killInTurn(instance: Mortal, progress: Progress, signal: AbortSignal): Promise<number> {
  let killed = 0;
  while (await pause(signal)) {
    const next = deaths[killed % deaths.length];
    if (next === undefined) break;
    const [name, kill] = next;
    progress.say(`killing ${name}`);
    await kill(instance);
    await instance.untilReady();
    killed += 1;
  }
  return killed;
}

/** Whether the pause ended by itself. */
async function pause(signal: AbortSignal): Promise<boolean> {
  await delay(BETWEEN_MS, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}
