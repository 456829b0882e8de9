import { startOwn, type OwnServer } from '../own-server.ts';

/** A nats-server of a test's own. */
export interface TestBus extends OwnServer {
  /** Starts it again on the same port, stopped before if it runs; `wipe` deletes its whole JetStream store. */
  restart(options?: { wipe?: boolean }): Promise<void>;
}

/** Starts a nats-server with JetStream and an empty store. */
export async function testBus(): Promise<TestBus> {
  const server = await startOwn('nats');
  return { ...server, restart: (options = {}) => server.restart(options) };
}
