import { readJson as readJsonBytes } from '@parley/contracts/http/read-json';
import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';
import type { HttpRequest } from './route.ts';

/** How much of a body that is too large is read to the end, so that the client hears why it was refused. */
const MAX_DISCARDED_BYTES = 8_000_000;

/** Reads a body whole. Throws a `body_too_large` problem above `maxBytes`, having read little more than that. */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('the request stream must give bytes');
      size += chunk.length;
      if (size > MAX_DISCARDED_BYTES) break;
      if (size <= maxBytes) chunks.push(chunk);
    }
  } catch (error) {
    if (request.complete) throw error;
    // Nobody reads the answer, but it is counted as what it was: no fault of ours.
    throw new Problem('invalid_json', 'The body ended too early.');
  }
  if (size > maxBytes) throw new Problem('body_too_large', `The body is larger than ${maxBytes} bytes.`);
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

/**
 * Reads a JSON body. Checked in this order: size, content type, JSON, depth; each failure is a problem of its
 * own code.
 */
export async function readJson(request: HttpRequest, maxBytes: number): Promise<unknown> {
  const bytes = await request.readBody(maxBytes);
  requireJsonType(request);
  return parseJson(bytes);
}

const JSON_IN_UTF8 = /^application\/([\w.+-]+\+)?json\s*(;(?!\s*charset=)|;\s*charset="?utf-8"?\s*|$)/i;

/** Throws `unsupported_media_type` unless the body claims to be JSON in UTF-8 or claims nothing. */
export function requireJsonType(request: HttpRequest): void {
  requirePlainBytes(request);
  const type = request.headers['content-type'];
  if (type === undefined || JSON_IN_UTF8.test(type)) return;
  throw new Problem('unsupported_media_type', 'Send the body as JSON with Content-Type: application/json.');
}

const FORM_IN_UTF8 = /^application\/x-www-form-urlencoded\s*(;(?!\s*charset=)|;\s*charset="?utf-8"?\s*|$)/i;

/** Throws `unsupported_media_type` unless the body claims to be a form in UTF-8 or claims nothing. */
export function requireFormType(request: HttpRequest): void {
  requirePlainBytes(request);
  const type = request.headers['content-type'];
  if (type === undefined || FORM_IN_UTF8.test(type)) return;
  throw new Problem(
    'unsupported_media_type',
    'Send the body as a form with Content-Type: application/x-www-form-urlencoded.',
  );
}

function requirePlainBytes({ headers }: HttpRequest): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return;
  throw new Problem('unsupported_media_type', 'Send the body as it is, without Content-Encoding.');
}

/** Reads JSON; throws `invalid_json` when it is none, or nested too deep. */
export function parseJson(bytes: Buffer): unknown {
  const json = readJsonBytes(bytes);
  if (!json.ok) throw new Problem('invalid_json', json.detail);
  return json.value;
}
