import { serviceConfig } from '@parley/platform/runtime';
import { z } from 'zod';

/** What ingest reads from its environment. */
export const ingestConfig = serviceConfig.extend({
  INGEST_DATABASE_URL: z.url().describe('Where ingest keeps what providers hand over'),
  DIRECTORY_DATABASE_URL: z.url().describe("The gateway's directory, with the right to read it"),
});
