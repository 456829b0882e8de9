import { randomUUID } from 'node:crypto';
import type { RequestTrace } from './trace.ts';

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/**
 * What a request is called in the log: the UUID of the caller's `X-Request-Id`, or one of its own. Other texts are not
 * taken: nobody knows what they say.
 */
export function requestIdOf(header: string | string[] | undefined, trace: RequestTrace): string {
  if (typeof header === 'string' && UUID.test(header)) return header;
  // A trace that began with the request is as good a name and is there already.
  return trace.parent_id === undefined ? trace.trace_id : randomUUID().replaceAll('-', '');
}
