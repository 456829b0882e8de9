import { serviceConfig } from '@parley/platform/runtime';
import { z } from 'zod';

/** What reporting reads from its environment. */
export const reportingConfig = serviceConfig.extend({
  REPORTING_DATABASE_URL: z.url().describe('Where reporting keeps its projections'),
  DIRECTORY_DATABASE_URL: z.url().describe("The gateway's directory, with the right to read it"),
});
