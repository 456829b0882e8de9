import { serviceConfig } from '@parley/platform/runtime';
import { secretsKey } from '@parley/platform/secrets';
import { z } from 'zod';

/** What ingest reads from its environment. */
export const ingestConfig = serviceConfig.extend({
  INGEST_DATABASE_URL: z.url().describe('Where ingest keeps what providers hand over'),
  WEBHOOK_LOG_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('How many whole days webhooks are kept as they came in'),
  DIRECTORY_DATABASE_URL: z.url().describe("The gateway's directory, with the right to read it"),
  SECRETS_KEY: secretsKey,
});
