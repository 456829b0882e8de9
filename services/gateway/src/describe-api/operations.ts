import type { Route } from '@parley/platform/http';
import { z } from 'zod';
import type { DescribedRoute, Operation } from './operation.ts';

const checks = z.record(z.string(), z.string()).describe('What is wrong, by part; empty when nothing is.');

const OPERATIONS: Record<string, Operation> = {
  '/health': {
    id: 'readHealth',
    summary: 'Ask how it is doing',
    reply: {
      status: 200,
      is: 'Whatever the state is.',
      schema: z.object({ status: z.enum(['ok', 'degraded']), checks }),
    },
  },
  '/health/live': {
    id: 'readLiveness',
    summary: 'Ask whether the process runs',
    reply: { status: 200, is: 'It does.', schema: z.object({ status: z.literal('ok') }) },
  },
  '/health/ready': {
    id: 'readReadiness',
    summary: 'Ask whether it can work',
    reply: {
      status: 200,
      is: 'It can.',
      schema: z.object({ status: z.literal('ok'), checks }),
    },
    otherwise: {
      status: 503,
      is: 'It cannot, for these reasons.',
      schema: z.object({ status: z.literal('unavailable'), checks }),
    },
  },
  '/metrics': {
    id: 'readMetrics',
    summary: 'Read the metrics, as Prometheus does',
    reply: { status: 200, is: 'All metrics.', texts: ['text/plain'] },
  },
  '/openapi.json': {
    id: 'readDocument',
    summary: 'Read this document',
    reply: { status: 200, is: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) },
  },
  '/docs': {
    id: 'showDocument',
    summary: 'Show this document to people',
    reply: { status: 200, is: 'A page.', texts: ['text/html'] },
  },
  '/docs/:file': {
    id: 'readViewerFile',
    summary: 'Read a part of that page',
    reply: { status: 200, is: 'A script or a style sheet.', texts: ['text/javascript', 'text/css'] },
  },
};

/** A route that tells how the installation is doing, or how it is used. Throws for one that is not described here. */
export function describeOperation(route: Route): DescribedRoute {
  const docs = OPERATIONS[route.path];
  if (docs === undefined) throw new Error(`${route.path} is not described`);
  return { ...route, scope: null, docs };
}
