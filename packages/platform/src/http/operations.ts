import type { ServiceConfig } from '../runtime/config.ts';
import type { Part } from '../runtime/part.ts';
import type { Service } from '../runtime/service.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Route } from './route.ts';
import { httpServer } from './server.ts';

/** Every reason not to be ready, by part; empty when ready. */
export type Readiness = () => Promise<Record<string, string>>;

/** Health and metrics, which every service answers. `/health` is always 200; `/health/ready` is 503 when not. */
export function operationsRoutes(metrics: Metrics, readiness: Readiness): Route[] {
  const health = async () => {
    const problems = await readiness();
    return { ok: Object.keys(problems).length === 0, problems };
  };
  return [
    { method: 'GET', path: '/health/live', handle: async () => ({ status: 200, body: { status: 'ok' } }) },
    {
      method: 'GET',
      path: '/health/ready',
      handle: async () => {
        const { ok, problems } = await health();
        return { status: ok ? 200 : 503, body: { status: ok ? 'ok' : 'unavailable', checks: problems } };
      },
    },
    {
      method: 'GET',
      path: '/health',
      handle: async () => {
        const { ok, problems } = await health();
        return { status: 200, body: { status: ok ? 'ok' : 'degraded', checks: problems } };
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => {
        const { contentType, body } = await metrics.expose();
        return { status: 200, body, headers: { 'content-type': contentType } };
      },
    },
  ];
}

/** The port of a service that operators and Prometheus talk to. */
export function operationsServer(service: Service<ServiceConfig>, readiness: Readiness): Part {
  return {
    ...httpServer({
      port: service.config.METRICS_PORT,
      host: service.config.METRICS_HOST,
      routes: operationsRoutes(service.metrics, readiness),
      logger: service.logger,
      metrics: service.metrics,
      logRequests: false,
    }),
    name: 'operations',
  };
}
