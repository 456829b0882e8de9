import { parseJson, requireJsonType, type HttpRequest } from '@parley/platform/http';
import { MAX_BODY_BYTES } from '../read-fields.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

/** Reads a request to send as far as JSON: size, content type, Idempotency-Key and JSON are checked in this order. */
export async function readSending(request: HttpRequest): Promise<{ key: string | null; body: unknown }> {
  const bytes = await request.readBody(MAX_BODY_BYTES);
  requireJsonType(request);
  const key = readIdempotencyKey(request.headerLines('idempotency-key'));
  return { key, body: parseJson(bytes) };
}
