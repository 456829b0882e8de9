import type { Scope } from '@parley/contracts/scope';
import { privateProviders } from '@parley/platform/http';
import { testKeyring } from '@parley/testkit';
import { hashKey } from '../authenticate/authenticate.ts';

/** An API key as tests use it, and the row that lets it in. */
export interface TestKey {
  key: string;
  row: {
    id: string;
    key_hash: Buffer;
    scopes: Scope[];
    expires_at: string | null;
    revoked_at: string | null;
  };
}

/** Makes a key; `id` must be unique over all accounts. */
export function testKey(id: string, scopes: Scope[], overrides: Partial<TestKey['row']> = {}): TestKey {
  const key = `parley_test_${id}_secret`;
  const row = { id, key_hash: Buffer.from(hashKey(key), 'hex'), scopes, expires_at: null, revoked_at: null };
  return { key, row: { ...row, ...overrides } };
}

/** What a gateway under test is configured with. */
export function testConfig(database_url: string, nats_url: string) {
  return {
    GATEWAY_DATABASE_URL: database_url,
    SECRETS_KEY: testKeyring(),
    PRIVATE_PROVIDERS: privateProviders.parse(''),
    NATS_URL: nats_url,
    PORT: 0,
    HOST: '127.0.0.1',
    LOG_REQUESTS: false,
  };
}
