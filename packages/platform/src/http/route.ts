import type { IncomingHttpHeaders } from 'node:http';

/** Where a request stands in a trace. */
export interface Traced {
  /** Of the caller's `traceparent`, or made for this request. */
  trace_id: string;
  /** The request's own span, to be handed on, where its trace is recorded. */
  traceparent?: string;
}

/** A request as handlers see it. */
export interface HttpRequest extends Traced {
  method: string;
  /** Path and query as they were sent. */
  target: string;
  /** The path's named parts, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Every line of a header, by its name in lower case: one that is given twice has two. */
  headerLines(name: string): readonly string[];
  /** The body's bytes; throws a `body_too_large` problem above the limit. May be called once. */
  readBody(maxBytes: number): Promise<Buffer>;
}

/** Where a request stands in a trace, for what it causes. */
export function tracedBy({ trace_id, traceparent }: Traced): Traced {
  return traceparent === undefined ? { trace_id } : { trace_id, traceparent };
}

/** An answer: a value becomes JSON, a string goes out as it is, nothing means an empty body. */
export interface HttpReply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** What the log line of the request says besides. */
  log?: RequestNotes;
}

/** What may be said of a request in its log line: ids and words from closed sets. */
export interface RequestNotes {
  message_id?: string;
  /** Whether it repeated one that was carried out before. */
  duplicate?: boolean;
  result?: string;
}

/** Answers one request, or throws a `Problem`. */
export type Handler = (request: HttpRequest) => Promise<HttpReply>;

/** One line of an API. `path` is an Express 5 path. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  handle: Handler;
}
