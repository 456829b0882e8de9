import { serviceConfig } from '@parley/platform/runtime';
import { privateProviders } from '@parley/platform/http';
import { secretsKey } from '@parley/platform/secrets';
import { z } from 'zod';

const milliseconds = (standard: number) => z.coerce.number().int().min(1).default(standard);

/** What dispatcher reads from its environment. */
export const dispatcherConfig = serviceConfig
  .extend({
    DISPATCHER_DATABASE_URL: z.url().describe('Where dispatcher keeps outbound messages'),
    DIRECTORY_DATABASE_URL: z.url().describe("The gateway's directory, with the right to read it"),
    SECRETS_KEY: secretsKey,
    PRIVATE_PROVIDERS: privateProviders,
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .describe(
        'Where the API is reached from outside: what links to unsubscribe begin with; absent = e-mail has none',
      ),
    LEASE_MS: milliseconds(30_000).describe(
      'How long a message may be in the hands of one dispatcher, ms; also how long the bus waits for an acknowledgement',
    ),
    PROVIDER_TIMEOUT_MS: milliseconds(10_000).describe('How long one provider call may take, ms'),
    PROVIDER_CONNECTIONS: z.coerce
      .number()
      .int()
      .min(1)
      .default(256)
      .describe('Most connections, and so most calls at once, to one origin'),
    RECONCILE_INTERVAL_MS: milliseconds(5_000).describe('How often abandoned messages are looked for, ms'),
    QUEUED_STALE_MS: milliseconds(60_000).describe(
      'How long a queued message may stay untouched before its work is checked for, ms',
    ),
    VALID_FOR_MS: milliseconds(4 * 3_600_000).describe(
      'How long after accept a message may still be sent, ms',
    ),
    ORPHAN_AFTER_MS: milliseconds(10 * 60_000).describe(
      'How long after it came a receipt on a message that nobody knows is listed as a dead letter, ms',
    ),
    RECEIPT_TIMEOUT_MS: milliseconds(300_000).describe(
      'How long a message may be sent without a receipt before that is counted and shown, ms; longer than any transaction takes',
    ),
    STREAM_REPLICAS: z.coerce
      .number()
      .pipe(z.union([z.literal(1), z.literal(3)]))
      .default(1)
      .describe('Copies of each stream: 1, or 3 in a cluster'),
  })
  .refine((config) => config.PROVIDER_TIMEOUT_MS < config.LEASE_MS, {
    path: ['PROVIDER_TIMEOUT_MS'],
    message: 'must be less than LEASE_MS, or a call outlives its lease',
  });
export type DispatcherConfig = z.infer<typeof dispatcherConfig>;
