import { expect, test } from '@jest/globals';
import { readConfig } from '@parley/platform/runtime';
import { TEST_SECRETS_KEY } from '@parley/testkit';
import { dispatcherConfig } from './config.ts';

const NEEDED = {
  NATS_URL: 'nats://127.0.0.1:4222',
  DISPATCHER_DATABASE_URL: 'postgres://127.0.0.1/parley',
  DIRECTORY_DATABASE_URL: 'postgres://127.0.0.1/parley',
  SECRETS_KEY: TEST_SECRETS_KEY,
};

test('three addresses and a key are enough to run it', () => {
  expect(readConfig(dispatcherConfig, NEEDED)).toMatchObject({
    LEASE_MS: 30_000,
    PROVIDER_TIMEOUT_MS: 10_000,
    QUEUED_STALE_MS: 60_000,
    VALID_FOR_MS: 14_400_000,
    STREAM_REPLICAS: 1,
  });
});

test.each([
  [{ LEASE_MS: '10000' }, /PROVIDER_TIMEOUT_MS: must be less than LEASE_MS/],
  [{ STREAM_REPLICAS: '2' }, /STREAM_REPLICAS/],
  [{ QUEUED_STALE_MS: '-1' }, /QUEUED_STALE_MS/],
  [{ VALID_FOR_MS: 'long' }, /VALID_FOR_MS/],
])('%j cannot be used and is named', (wrong, message) => {
  expect(() => readConfig(dispatcherConfig, { ...NEEDED, ...wrong })).toThrow(message);
});
