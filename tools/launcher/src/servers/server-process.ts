import type { Child, Exit } from '../processes/child.ts';
import { stopChild } from '../processes/child.ts';

/** How a server shall end. */
export interface StopOptions {
  /** Not cleanly but at once, as the server itself offers it: what a crash looks like to its clients. */
  immediate?: boolean;
}

/** A database or bus server that we started, on a port that it keeps over every restart. */
export interface ServerProcess {
  /** The number of the process that serves now, or served last. */
  readonly pid: number;
  /** Resolves when that process has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Ends it and resolves when nothing of it is left. Stopping a stopped server does nothing. */
  stop(options?: StopOptions): Promise<void>;
  /** SIGKILL, the process's power cut. Resolves when nothing of it is left. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data after it ended. Rejects with a StartError when it does not come up. */
  start(): Promise<void>;
  /** Stops and starts it. */
  restart(options?: StopOptions): Promise<void>;
}

/** What differs between servers. */
export interface ServerSteps {
  /** Starts the process and resolves when it is ready to serve. */
  launch(): Promise<Child>;
  /** Resolves when the helpers of an ended process are gone too. */
  settle(): Promise<void>;
  stopSignal: NodeJS.Signals;
  immediateSignal: NodeJS.Signals;
}

const CLEAN_STOP_MS = 60_000;

/** Starts a server and hands out the means to end and to restart it. Rejects as `launch` does. */
export async function startServerProcess(steps: ServerSteps): Promise<ServerProcess> {
  let child = await steps.launch();
  const end = async (signal: NodeJS.Signals, force: NodeJS.Signals): Promise<void> => {
    await stopChild(child, { signal, graceMs: CLEAN_STOP_MS, force });
    await steps.settle();
  };
  const server: ServerProcess = {
    get pid() {
      return child.pid;
    },
    get exited() {
      return child.exited;
    },
    stop: ({ immediate = false } = {}) =>
      end(
        immediate ? steps.immediateSignal : steps.stopSignal,
        immediate ? 'SIGKILL' : steps.immediateSignal,
      ),
    kill: () => end('SIGKILL', 'SIGKILL'),
    start: async () => {
      await steps.settle();
      child = await steps.launch();
    },
    restart: async (options) => {
      await server.stop(options);
      await server.start();
    },
  };
  return server;
}
