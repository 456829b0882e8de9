import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { InvalidConfiguration, readConfig, serviceConfig } from './config.ts';

const schema = serviceConfig.extend({ DATABASE_URL: z.url(), LEASE_MS: z.coerce.number().int().min(1) });

test('every problem is named at once, each with its variable', () => {
  const read = () => readConfig(schema, { NATS_URL: 'not a url', METRICS_PORT: '70000', LEASE_MS: 'soon' });
  expect(read).toThrow(InvalidConfiguration);
  expect(read).toThrow(
    expect.objectContaining({
      problems: [
        expect.stringMatching(/^NATS_URL: /),
        expect.stringMatching(/^METRICS_PORT: /),
        expect.stringMatching(/^DATABASE_URL: /),
        expect.stringMatching(/^LEASE_MS: /),
      ],
    }),
  );
});

test('what is not given has its default, and other variables do not matter', () => {
  const config = readConfig(schema, {
    NATS_URL: 'nats://user:secret@bus:4222',
    DATABASE_URL: 'postgres://db/parley',
    LEASE_MS: '30000',
    HOME: '/root',
  });
  expect(config).toMatchObject({
    METRICS_PORT: 0,
    LOG_LEVEL: 'info',
    SHUTDOWN_TIMEOUT_MS: 25_000,
    LEASE_MS: 30_000,
  });
  expect(config).not.toHaveProperty('HOME');
});

test('no problem repeats a value, which may be a secret', () => {
  const read = () =>
    readConfig(schema, { NATS_URL: 'hunter2', DATABASE_URL: 'hunter2', LEASE_MS: 'hunter2' });
  expect(read).toThrow(InvalidConfiguration);
  expect(read).not.toThrow(/hunter2/);
});

test('every variable says what it is for', () => {
  for (const [name, field] of Object.entries(serviceConfig.shape))
    expect({ name, description: field.description }).toEqual({ name, description: expect.any(String) });
});
