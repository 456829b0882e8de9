import { randomUUID } from 'node:crypto';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

/** The trace id of a `traceparent` header (W3C Trace Context); a new one where it is missing or not valid. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  const match = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
  const [, version, traceId, parentId] = match ?? [];
  const valid = traceId && version !== 'ff' && !/^0+$/.test(traceId) && !/^0+$/.test(parentId ?? '0');
  // A random UUID costs a tenth of asking for 16 random bytes, and all but six of its bits are random.
  return valid ? traceId : randomUUID().replaceAll('-', '');
}
