import {
  createLogger,
  createMetrics,
  stopParts,
  type Part,
  type Service,
  type ServiceConfig,
} from '@parley/platform/runtime';

/** A service without a process of its own: what parts are built with, for tests. */
export interface TestService<Config extends ServiceConfig> extends Service<Config> {
  /** What was handed over with `own`, for instance to ask its readiness. */
  owned: readonly Part[];
  /** Stops everything that was handed over with `own`, last first. Throws when something does not stop. */
  stop(): Promise<void>;
}

const DEFAULTS: ServiceConfig = {
  // Nobody listens there.
  NATS_URL: 'nats://127.0.0.1:1',
  METRICS_PORT: 0,
  METRICS_HOST: '127.0.0.1',
  LOG_LEVEL: 'fatal',
  LOG_FILE_MAX_BYTES: 1_000_000,
  LOG_FILE_BACKUPS: 1,
  OTEL_TRACES_SAMPLER_ARG: 0,
  SHUTDOWN_TIMEOUT_MS: 5_000,
  DRAIN_DELAY_MS: 0,
};

/**
 * Makes a service with fresh metrics that logs nothing; PARLEY_TEST_LOG names a level to see more. `config` is
 * what the test cares about.
 */
export function testService<Config extends Partial<ServiceConfig>>(
  name: string,
  config: Config,
): TestService<ServiceConfig & Config> {
  const owned: Part[] = [];
  return {
    name,
    config: { ...DEFAULTS, ...config },
    logger: createLogger(name, process.env['PARLEY_TEST_LOG'] ?? 'silent'),
    metrics: createMetrics(name),
    own: (part) => owned.push(part),
    owned,
    stop: async () => {
      const errors: unknown[] = [];
      await stopParts(owned.splice(0), (_, error) => errors.push(error));
      if (errors.length > 0) throw new AggregateError(errors, `${name} did not stop cleanly`);
    },
  };
}
