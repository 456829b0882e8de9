import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import type { Part } from '../runtime/part.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { readBytes } from './body.ts';
import { Problem, problemOf, problemReply } from './problem.ts';
import {
  tracedBy,
  type Handler,
  type HttpReply,
  type HttpRequest,
  type Route,
  type Traced,
} from './route.ts';
import { requestIdOf } from './request-id.ts';
import { recordRequest, traceOf } from './trace.ts';
import { answerUnreadable } from './unreadable.ts';

export interface HttpServerOptions {
  port: number;
  host: string;
  routes: readonly Route[];
  logger: Logger;
  metrics: Metrics;
  /** Whether every request becomes a log line. */
  logRequests: boolean;
  /**
   * How long a client may take, ms; default 10 s for the headers, 30 s for the whole request, and 70 s without taking
   * anything of its answer.
   */
  timeouts?: { headersMs: number; requestMs: number; idleMs?: number };
}

/** An HTTP server as a part; `address` tells where it listens once started. */
export interface HttpServer extends Part {
  address(): { host: string; port: number };
}

/** Idle for longer than a connection is kept without a request. */
const TIMEOUTS = { headersMs: 10_000, requestMs: 30_000, idleMs: 70_000 };
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_CONNECTIONS = 10_000;
const NO_CONTENT = 204;

/**
 * Serves routes. Every answer is JSON, every failure problem+json, every request counted once. Slow clients are
 * cut off with 408. `stop` finishes what is in flight.
 */
export function httpServer(options: HttpServerOptions): HttpServer {
  const state = { draining: false };
  const { headersMs, requestMs, idleMs } = { ...TIMEOUTS, ...options.timeouts };
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      // Node looks for slow clients only this often.
      connectionsCheckingInterval: headersMs / 10,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      // Refused below, as a problem.
      requireHostHeader: false,
    },
    expressApp(options, state),
  );
  const { requests } = httpMetrics(options.metrics);
  answerUnreadable(server, (status) => requests.inc({ method: '', route: 'unreadable', status }));
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(idleMs);
  return {
    name: 'http server',
    address: () => addressOf(server),
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => {
          options.logger.info(addressOf(server), 'listening');
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        state.draining = true;
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function addressOf(server: Server): { host: string; port: number } {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return { host: address.address, port: address.port };
}

/** Whether the server is about to stop: then every answer is the last one on its connection. */
interface State {
  draining: boolean;
}

function expressApp(options: HttpServerOptions, state: State): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const answer = answering(options, state);
  for (const route of options.routes)
    app[lowerCase(route.method)](route.path, (request, response) => answer(request, response, route));
  for (const [path, allow] of methodsByPath(options.routes))
    app.all(path, (request, response) => answer(request, response, { path, handle: refuseMethod(allow) }));
  app.use((request, response) => answer(request, response, { path: 'unmatched', handle: notFound }));
  app.use(unreadable(answer));
  return app;
}

function lowerCase(method: Route['method']): 'get' | 'post' | 'put' | 'patch' | 'delete' {
  const names = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;
  return names[method];
}

function methodsByPath(routes: readonly Route[]): Map<string, string> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  return new Map([...methods].map(([path, list]) => [path, list.join(', ')]));
}

/** A path that cannot be decoded names nothing either. Express knows error handlers by their four parameters. */
function unreadable(answer: Answer): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const handle = error instanceof URIError ? notFound : () => Promise.reject(error);
    return answer(request, response, { path: 'unmatched', handle });
  };
}

const notFound: Handler = async () => {
  throw new Problem('not_found', 'There is nothing at this path.');
};

const refuseMethod =
  (allow: string): Handler =>
  async () => {
    throw new Problem('method_not_allowed', `Use ${allow}.`, { headers: { allow } });
  };

/** HTTP/1.1 wants every request to say for which host it is. */
function isForUs({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host !== undefined || httpVersion !== '1.1';
}

const refuseHostless: Handler = async () => {
  throw new Problem('invalid_request', 'The header Host is missing.');
};

function httpMetrics(metrics: Metrics) {
  return {
    requests: metrics.counter('http_requests_total', 'HTTP requests answered', ['method', 'route', 'status']),
    latency: metrics.histogram('http_request_duration_seconds', 'HTTP request latency', ['route']),
  };
}

type Answer = (
  request: Request,
  response: ServerResponse,
  route: Pick<Route, 'path' | 'handle'>,
) => Promise<void>;

function answering({ logger, metrics, logRequests }: HttpServerOptions, state: State): Answer {
  const { requests, latency } = httpMetrics(metrics);
  return async (request, response, { path, handle }) => {
    const started = performance.now();
    const trace = traceOf(request.headers);
    const reply = await run(
      isForUs(request) ? handle : refuseHostless,
      toHttpRequest(request, trace),
      logger,
    );
    const seconds = (performance.now() - started) / 1_000;
    requests.inc({ method: request.method, route: path, status: reply.status });
    latency.observe({ route: path }, seconds);
    recordRequest(trace, { method: request.method, route: path, status: reply.status });
    if (state.draining) response.setHeader('connection', 'close');
    send(response, reply);
    if (logRequests) {
      const { status } = reply;
      const latency_ms = Math.round(seconds * 1e5) / 100;
      const { trace_id } = trace;
      const request_id = requestIdOf(request.headers['x-request-id'], trace);
      const line = { request_id, trace_id, method: request.method, route: path, status, latency_ms };
      logger.info({ ...line, ...reply.log }, 'request');
    }
  };
}

async function run(handle: Handler, request: HttpRequest, logger: Logger): Promise<HttpReply> {
  try {
    return await handle(request);
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) return problemReply(problem, request.trace_id);
    logger.error({ trace_id: request.trace_id, err: error }, 'a request failed');
    const internal = new Problem('internal_error', 'It is logged under this trace_id.');
    return problemReply(internal, request.trace_id);
  }
}

function toHttpRequest(request: Request & IncomingMessage, trace: Traced): HttpRequest {
  const mark = request.url.indexOf('?');
  return {
    method: request.method,
    target: request.url,
    params: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)])),
    query: new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1)),
    headers: request.headers,
    headerLines: (name) => (name in request.headers ? (request.headersDistinct[name] ?? []) : []),
    ...tracedBy(trace),
    readBody: (maxBytes) => readBytes(request, maxBytes),
  };
}

function send(response: ServerResponse, { status, body, headers }: HttpReply): void {
  if (body === undefined) {
    response.writeHead(status, status === NO_CONTENT ? headers : { 'content-length': 0, ...headers }).end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
