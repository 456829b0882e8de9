import type { ServerResponse } from 'node:http';
import { PROBLEMS, type FieldError, type ProblemCode } from '@parley/contracts/http/problem';

/** An answer in JSON. */
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** An RFC 9457 problem. */
export function problem(code: ProblemCode, detail: string, errors: readonly FieldError[] = []): Reply {
  const { status, title } = PROBLEMS[code];
  const listed = errors.length === 0 ? {} : { errors };
  const body = { type: 'about:blank', title, status, code, detail, ...listed };
  return { status, body, headers: { 'content-type': 'application/problem+json' } };
}

/** Writes an answer, unless the other side has gone. */
export function sendReply(response: ServerResponse, { status, body, headers }: Reply): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    'content-length': bytes.length,
  });
  response.end(bytes);
}
