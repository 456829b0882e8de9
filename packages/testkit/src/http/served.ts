import { httpServer, type HttpServerOptions, type Route } from '@parley/platform/http';
import type { Metrics } from '@parley/platform/runtime';
import { testService } from '../service/test-service.ts';

/** Routes that are served on a port of their own. */
export interface Served {
  port: number;
  metrics: Metrics;
  /** Asks for a path, as `fetch` does. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** Serves routes the way a service does, for a test to ask over HTTP. */
export async function serve(
  routes: readonly Route[],
  options: Partial<Pick<HttpServerOptions, 'timeouts'>> = {},
): Promise<Served> {
  const { logger, metrics } = testService('http', {});
  const fixed = { port: 0, host: '127.0.0.1', routes, logger, metrics, logRequests: false };
  const server = httpServer({ ...fixed, ...options });
  await server.start();
  const { port } = server.address();
  return {
    port,
    metrics,
    ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    stop: () => server.stop(),
  };
}
