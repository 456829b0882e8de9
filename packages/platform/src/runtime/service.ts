import type { z } from 'zod';
import { operationsServer, type Readiness } from '../http/operations.ts';
import { delay } from './backoff.ts';
import { InvalidConfiguration, readConfig, type ServiceConfig } from './config.ts';
import type { Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { ownLogger } from './own-logger.ts';
import { startParts, stopParts, type Part } from './part.ts';
import { tracing } from '../tracing/start.ts';
import { messageOf } from './unavailable.ts';

/** What a service's parts are built with. */
export interface Service<Config extends ServiceConfig = ServiceConfig> {
  name: string;
  config: Config;
  logger: Logger;
  metrics: Metrics;
  /** Hands over something that outlives every part, a pool or a connection: stopped last, checked for readiness. */
  own(part: Part): void;
}

/**
 * Runs a service until SIGTERM or SIGINT: reads its configuration, opens the port of health and metrics, builds its
 * parts, starts them in order, and on a signal turns unready, goes on for DRAIN_DELAY_MS, stops them in reverse and exits 0. A second signal
 * exits at once. What cannot start exits 1 with one log line that says why. `build` is also given the readiness of
 * the whole service, for one that answers for it on a port of its own.
 */
export async function runService<Config extends ServiceConfig>(
  name: string,
  schema: z.ZodType<Config>,
  build: (service: Service<Config>, readiness: Readiness) => Promise<readonly Part[]> | readonly Part[],
): Promise<void> {
  const logger = ownLogger(name, process.env);
  try {
    const config = readConfig(schema, process.env);
    const running: Running = { parts: [], phase: 'starting' };
    const signalled = nextSignal();
    // Nothing is in flight yet: what has begun is left as a kill would leave it.
    void signalled.then(() => running.phase === 'starting' && process.exit(0));
    const own = (part: Part): void => void running.parts.push(part);
    const service: Service<Config> = { name, config, logger, metrics: createMetrics(name), own };
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
    if (endpoint !== undefined) own(tracing({ endpoint, ratio, service: name }));
    const readiness: Readiness = () => readinessOf(running);
    // Before anything is waited for: health and metrics tell what it is.
    const operations = operationsServer(service, readiness);
    await operations.start();
    running.parts.push(...(await build(service, readiness)));
    await live(service, { operations, running, signalled });
  } catch (error) {
    const problems = error instanceof InvalidConfiguration ? error.problems : undefined;
    logger.fatal({ problems, err: problems ? undefined : error }, `cannot start: ${messageOf(error)}`);
    logger.flush(() => process.exit(1));
  }
}

interface Running {
  /** What is owned first, then what was built. */
  parts: Part[];
  phase: 'starting' | 'running' | 'draining';
}

interface Life {
  operations: Part;
  running: Running;
  signalled: Promise<NodeJS.Signals>;
}

async function live<Config extends ServiceConfig>(
  { logger, config }: Service<Config>,
  { operations, running, signalled }: Life,
): Promise<void> {
  await startParts(running.parts);
  running.phase = 'running';
  logger.info('started');
  const signal = await signalled;
  running.phase = 'draining';
  logger.info({ signal }, 'draining');
  void nextSignal().then(() => process.exit(1));
  const late = setTimeout(() => {
    logger.error({ timeout_ms: config.SHUTDOWN_TIMEOUT_MS }, 'did not drain in time');
    logger.flush(() => process.exit(1));
  }, config.SHUTDOWN_TIMEOUT_MS);
  await delay(config.DRAIN_DELAY_MS);
  await stopParts([operations, ...running.parts], (part, error) =>
    logger.error({ part: part.name, err: error }, 'did not stop cleanly'),
  );
  clearTimeout(late);
  logger.info('stopped');
  logger.flush(() => process.exit(0));
}

/** Every reason not to be ready, by part; empty when ready. */
async function readinessOf({ parts, phase }: Running): Promise<Record<string, string>> {
  if (phase === 'draining') return { service: 'draining' };
  const checks = await Promise.all(
    parts.map(async (part): Promise<[string, string | null]> => {
      try {
        return [part.name, (await part.check?.()) ?? null];
      } catch (error) {
        return [part.name, messageOf(error)];
      }
    }),
  );
  const problems = checks.filter((check): check is [string, string] => check[1] !== null);
  return { ...(phase === 'starting' && { service: 'starting' }), ...Object.fromEntries(problems) };
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
