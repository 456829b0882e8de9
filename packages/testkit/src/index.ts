export { aMessage, ANY_ACCOUNT } from './builders/a-message.ts';
export { anAcceptItem } from './builders/an-accept-item.ts';
export { seedAccount, type AccountSeed, type SeededAccount } from './builders/seed-account.ts';
export { testBus, type TestBus } from './bus/test-bus.ts';
export { serve, type Served } from './http/served.ts';
export { testDatabase, type TestDatabase } from './postgres/test-database.ts';
export { testPostgres, type TestPostgres } from './postgres/test-postgres.ts';
export { testService, type TestService } from './service/test-service.ts';
export { until, type UntilOptions } from './until.ts';
