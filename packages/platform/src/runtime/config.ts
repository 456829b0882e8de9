import { z } from 'zod';
import { natsAddresses } from '../bus/addresses.ts';
import { withFileValues } from './file-values.ts';

/** The configuration cannot be used; `problems` names every variable that is missing or wrong. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/** What every service reads from its environment. */
export const serviceConfig = z.object({
  NATS_URL: z
    .string()
    .refine(
      (text) => natsAddresses(text) !== null,
      'has to be nats://user:password@host:4222, or several with commas',
    )
    .describe('Where the bus is, credentials included; several servers with commas between them'),
  METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(0)
    .describe('Port of /health and /metrics; 0 = any'),
  METRICS_HOST: z.string().default('127.0.0.1').describe('Address that /health and /metrics listen on'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least level logged'),
  LOG_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File for log lines besides stdout; each service puts its name before the extension; absent = none',
    ),
  LOG_FILE_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(50_000_000)
    .describe('A larger log file is moved aside, bytes'),
  LOG_FILE_BACKUPS: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(5)
    .describe('How many older log files are kept'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Collector that traces are sent to (OTLP over HTTP), like http://jaeger:4318; absent = no tracing',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe('Which part of all traces is recorded, 0 to 1; failures are recorded besides'),
  SHUTDOWN_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(25_000)
    .describe('How long a drain may take, ms'),
  DRAIN_DELAY_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'How long a service that is to stop goes on as before but says that it is not ready, ms: as long as a load balancer needs to turn away',
    ),
});
export type ServiceConfig = z.infer<typeof serviceConfig>;

/**
 * Reads a configuration from the environment, each variable from the file that `<name>_FILE` names where that is set.
 * Throws InvalidConfiguration with every problem at once.
 */
export function readConfig<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const { environment: values, problems } = withFileValues(names, environment);
  const result = schema.safeParse(values);
  if (result.success && problems.length === 0) return result.data;
  const invalid = (result.error?.issues ?? []).map(
    (issue) => `${issue.path.join('.')}: ${issue.message.replace('Invalid input: ', '')}`,
  );
  throw new InvalidConfiguration([...problems, ...invalid]);
}
