import type { z } from 'zod';
import { operationsServer, type Readiness } from '../http/operations.ts';
import { InvalidConfiguration, readConfig, type ServiceConfig } from './config.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startParts, stopParts, type Part } from './part.ts';
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
 * Runs a service until SIGTERM or SIGINT: reads its configuration, builds its parts, starts them in order, and
 * on a signal turns unready, stops them in reverse and exits 0. A second signal exits at once. What cannot
 * start exits 1 with one log line that says why. `build` is also given the readiness of the whole service, for one
 * that answers for it on a port of its own.
 */
export async function runService<Config extends ServiceConfig>(
  name: string,
  schema: z.ZodType<Config>,
  build: (service: Service<Config>, readiness: Readiness) => Promise<readonly Part[]> | readonly Part[],
): Promise<void> {
  const logger = createLogger(name, process.env['LOG_LEVEL'] ?? 'info');
  try {
    const config = readConfig(schema, process.env);
    const owned: Part[] = [];
    const metrics = createMetrics(name);
    const service: Service<Config> = { name, config, logger, metrics, own: (part) => owned.push(part) };
    const running: Running = { parts: owned, draining: false };
    const parts = await build(service, () => readinessOf(running));
    running.parts = [...owned, ...parts];
    await live(service, running);
  } catch (error) {
    const problems = error instanceof InvalidConfiguration ? error.problems : undefined;
    logger.fatal({ problems, err: problems ? undefined : error }, `cannot start: ${messageOf(error)}`);
    logger.flush(() => process.exit(1));
  }
}

interface Running {
  parts: readonly Part[];
  draining: boolean;
}

async function live<Config extends ServiceConfig>(service: Service<Config>, running: Running): Promise<void> {
  const { logger, config } = service;
  const operations = operationsServer(service, () => readinessOf(running));
  const all = [operations, ...running.parts];
  const signalled = nextSignal();
  await startParts(all);
  logger.info('started');
  const signal = await signalled;
  running.draining = true;
  logger.info({ signal }, 'draining');
  void nextSignal().then(() => process.exit(1));
  const late = setTimeout(() => {
    logger.error({ timeout_ms: config.SHUTDOWN_TIMEOUT_MS }, 'did not drain in time');
    logger.flush(() => process.exit(1));
  }, config.SHUTDOWN_TIMEOUT_MS);
  await stopParts(all, (part, error) =>
    logger.error({ part: part.name, err: error }, 'did not stop cleanly'),
  );
  clearTimeout(late);
  logger.info('stopped');
  logger.flush(() => process.exit(0));
}

/** Every reason not to be ready, by part; empty when ready. */
async function readinessOf({ parts, draining }: Running): Promise<Record<string, string>> {
  if (draining) return { service: 'draining' };
  const checks = await Promise.all(
    parts.map(async (part): Promise<[string, string | null]> => {
      try {
        return [part.name, (await part.check?.()) ?? null];
      } catch (error) {
        return [part.name, messageOf(error)];
      }
    }),
  );
  return Object.fromEntries(checks.filter((check): check is [string, string] => check[1] !== null));
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
