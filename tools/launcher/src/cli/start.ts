import { rmSync } from 'node:fs';
import { dataLayout } from '../data/layout.ts';
import { stopCommand } from '../data/stop-command.ts';
import { startInstance } from '../instance/start-instance.ts';
import type { Instance } from '../instance/start-instance.ts';
import { endChildrenNow } from '../processes/child.ts';
import { listenForStop } from './stop-signals.ts';
import { seconds, TerminalProgress } from './terminal-progress.ts';
import { welcome } from './welcome.ts';

const INTERRUPTED = 130;

/** Where and how to start. */
export interface StartOptions {
  /** Absolute path. */
  data: string;
  port: number;
  host: string;
  fresh: boolean;
}

/**
 * Starts Parley in the foreground and keeps it running until it is asked to stop. Returns the exit code: 0 after a
 * clean stop, 130 when interrupted before it was ready. Throws a StartError when it cannot be started.
 */
export async function start({ data, port, host, fresh }: StartOptions): Promise<number> {
  const begun = performance.now();
  const layout = dataLayout(data);
  const progress = new TerminalProgress(process.stdout);
  const stop = listenForStop(() => {
    endChildrenNow();
    rmSync(layout.instance, { force: true });
    rmSync(layout.lock, { force: true });
    process.exit(INTERRUPTED);
  });
  console.log(`Starting Parley on ${data}`);
  let instance: Instance;
  try {
    instance = await startInstance({ dataDir: data, port, host, fresh, progress, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.log('Stopped before it was ready.');
    return INTERRUPTED;
  }
  console.log(`Parley is ready after ${seconds(performance.now() - begun)}.`);
  const { instance: file, logs } = layout;
  console.log(welcome(instance, { file, logs, stopCommand: stopCommand(data) }));
  await stop.requested;
  await shutDown(instance);
  return 0;
}

async function shutDown(instance: Instance): Promise<void> {
  const begun = performance.now();
  console.log('Stopping: services first, then the servers …');
  await instance.stop();
  console.log(`Stopped after ${seconds(performance.now() - begun)}; the data stays.`);
}
