import { Agent, type Dispatcher } from 'undici';
import { guardedConnector } from './guarded-connector.ts';
import type { CallableAddresses } from './private-networks.ts';

export interface HttpClientOptions {
  /** Most connections to one origin; further calls wait for one of them. */
  connections: number;
  /** ms from the call to the last byte of its answer. A connection must be there within half of it. */
  timeoutMs: number;
  /** An answer with a longer body fails. */
  maxResponseBytes: number;
  /** Where calls may lead. */
  addresses: CallableAddresses;
}

/** What the other side answered. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Calls other servers over kept-alive connections. */
export interface HttpClient {
  /**
   * One POST, never repeated and never redirected. Rejects with what undici or Node throw, so that the caller can
   * tell what was never written from what may have been; a call that takes too long rejects with a TimeoutError.
   */
  post(url: string, headers: Record<string, string>, body: string): Promise<HttpAnswer>;
  /** One GET, as `post` in everything else. */
  get(url: string, headers: Record<string, string>): Promise<HttpAnswer>;
  /** Waits for calls in flight, then closes every connection. */
  close(): Promise<void>;
}

/** Makes a client. Nothing is connected before the first call. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { connections, timeoutMs, maxResponseBytes, addresses } = options;
  const agent = new Agent({
    connections,
    connect: guardedConnector(addresses, { timeoutMs: Math.ceil(timeoutMs / 2) }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxResponseBytes,
  });
  const call = (url: string, request: Request): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const { origin, pathname, search } = new URL(url);
      agent.dispatch(
        { origin, path: pathname + search, ...request },
        collecting({ timeoutMs, resolve, reject }),
      );
    });
  return {
    post: (url, headers, body) => call(url, { method: 'POST', headers, body }),
    get: (url, headers) => call(url, { method: 'GET', headers }),
    close: () => agent.close(),
  };
}

type Request = Pick<Dispatcher.DispatchOptions, 'method' | 'headers' | 'body'>;

interface Collecting {
  timeoutMs: number;
  resolve(answer: HttpAnswer): void;
  reject(error: Error): void;
}

/** Gathers one answer. Compared with undici's `request`, it spares a stream and an abort signal for every call. */
function collecting({ timeoutMs, resolve, reject }: Collecting): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  const answer: HttpAnswer = { status: 0, headers: {}, body: '' };
  let controller: Dispatcher.DispatchController | undefined;
  let late: Error | undefined;
  // undici bounds each silence; an answer that drips would outlive any sum of them.
  const timer = setTimeout(() => {
    late = new DOMException('no answer in time', 'TimeoutError');
    controller?.abort(late);
    reject(late);
  }, timeoutMs);
  return {
    onRequestStart: (started) => {
      controller = started;
      // It waited for a connection until it was given up: it must not be sent after all.
      if (late !== undefined) started.abort(late);
    },
    onResponseStart: (_, status, headers) => {
      answer.status = status;
      answer.headers = headers;
    },
    onResponseData: (_, chunk) => {
      chunks.push(chunk);
    },
    onResponseEnd: () => {
      clearTimeout(timer);
      resolve({ ...answer, body: Buffer.concat(chunks).toString('utf8') });
    },
    onResponseError: (_, error) => {
      clearTimeout(timer);
      reject(error);
    },
  };
}
