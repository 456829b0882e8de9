import { startOwn, type OwnServer } from '../own-server.ts';

/** A PostgreSQL of a test's own, for tests that end it; all others share one through `testDatabase`. */
export interface TestPostgres extends OwnServer {
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
}

/** Starts an empty PostgreSQL; its URL is a superuser's. */
export async function testPostgres(): Promise<TestPostgres> {
  const server = await startOwn('postgres');
  return { ...server, restart: () => server.restart({}) };
}
