import { serviceConfig } from '@parley/platform/runtime';
import { privateProviders } from '@parley/platform/http';
import { secretsKey } from '@parley/platform/secrets';
import { z } from 'zod';

/** What the gateway reads from its environment. */
export const gatewayConfig = serviceConfig.extend({
  GATEWAY_DATABASE_URL: z.url().describe('Where the directory is stored'),
  SECRETS_KEY: secretsKey,
  PRIVATE_PROVIDERS: privateProviders,
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('Port of the API; 0 = any'),
  HOST: z.string().default('127.0.0.1').describe('Address that the API listens on'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('Where the API is reached from outside, as providers were told it; absent = as requests say'),
  LOG_REQUESTS: z.stringbool().default(true).describe('Whether every request becomes a log line'),
});
export type GatewayConfig = z.infer<typeof gatewayConfig>;
