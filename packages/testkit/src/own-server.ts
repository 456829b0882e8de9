import { askKeeper } from './keeper/client.ts';

/** A server of a test's own, in its own process: it may be ended and started again, and keeps its URL. */
export interface OwnServer {
  /** Password included. */
  url: string;
  /** Ends it cleanly. What was not stopped ends with the test process. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Starts one; `restart` also takes what only some kinds can do. */
export async function startOwn(
  kind: 'postgres' | 'nats',
): Promise<OwnServer & { restart(options: { wipe?: boolean }): Promise<void> }> {
  const running = await askKeeper({ do: 'start', kind });
  if (running === null) throw new Error('the keeper did not say what it started');
  const { server, url } = running;
  return {
    url,
    stop: async () => void (await askKeeper({ do: 'stop', server })),
    kill: async () => void (await askKeeper({ do: 'kill', server })),
    restart: async ({ wipe = false }) => void (await askKeeper({ do: 'restart', server, wipe })),
  };
}
