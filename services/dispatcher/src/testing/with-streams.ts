import { afterAll } from '@jest/globals';
import { connectBus, keepStreams, type Bus } from '@parley/platform/bus';
import { openTestDatabase, testBus, testService } from '@parley/testkit';
import type { Database, DispatcherTables } from '../database.ts';

/** A database, and a bus with all streams, of a test file's own. */
export interface WithStreams {
  db: Database;
  bus: Bus;
}

/** Makes them; after the file's tests both are gone. */
export async function withStreams(): Promise<WithStreams> {
  const server = await testBus();
  const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
  const service = testService('dispatcher', { NATS_URL: server.url });
  const bus = await connectBus(service);
  const streams = keepStreams(bus, { leaseMs: 30_000, replicas: 1 });
  await streams.start();
  await streams.stop();
  afterAll(async () => {
    await service.stop();
    await close();
    await server.stop();
  });
  return { db, bus };
}
