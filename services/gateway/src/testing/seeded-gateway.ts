import {
  openTestDatabase,
  seedAccount,
  testBus,
  testService,
  type AccountSeed,
  type SeededAccount,
  type TestService,
} from '@parley/testkit';
import type { Kysely } from 'kysely';
import type { GatewayConfig } from '../config.ts';
import type { Tables } from '../database.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';
import { testConfig } from './test-keys.ts';

/** A gateway with a database and a bus of a test file's own. */
export interface SeededGateway {
  gateway: TestGateway;
  db: Kysely<Tables>;
  databaseUrl: string;
  /** In the order given. */
  accounts: SeededAccount[];
  /** What the gateway was built with: whoever wants a connection to its bus takes it from here. */
  service: TestService<GatewayConfig>;
  /** For `afterAll`. */
  close(): Promise<void>;
}

/** Starts a gateway that knows these accounts. */
export async function seededGateway(...accounts: AccountSeed[]): Promise<SeededGateway> {
  const database = await openTestDatabase<Tables>('gateway');
  const bus = await testBus();
  const seeded: SeededAccount[] = [];
  for (const account of accounts) seeded.push(await seedAccount(database.url, account));
  const service = testService('gateway', testConfig(database.url, bus.url));
  const gateway = await startGateway(service);
  return {
    gateway,
    db: database.db,
    databaseUrl: database.url,
    accounts: seeded,
    service,
    close: async () => {
      await gateway.stop();
      await service.stop();
      await bus.stop();
      await database.close();
    },
  };
}
