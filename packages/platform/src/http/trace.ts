import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

/** The trace id of a `traceparent` header (W3C Trace Context); a new one where it is missing or not valid. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  const match = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
  const [, version, traceId, parentId] = match ?? [];
  const valid = traceId && version !== 'ff' && !/^0+$/.test(traceId) && !/^0+$/.test(parentId ?? '0');
  return valid ? traceId : randomBytes(16).toString('hex');
}
