import { Pool, type Dispatcher } from 'undici';
import type { Connection } from '../setup/connection.ts';

const CONNECTIONS = 64;
const ANSWER_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 3_000;

/** What the gateway answered to a webhook. */
export interface GatewayAnswer {
  status: number;
  body: string;
}

/** The gateway as a provider sees it: a place that signed webhooks are posted to. */
export interface Gateway {
  /**
   * Signs and posts a body on the connection's path, once, as a part of the trace that `traceparent` names, if it is
   * not null. Rejects when there is no answer.
   */
  post(connection: Connection, body: Buffer, traceparent?: string | null): Promise<GatewayAnswer>;
  close(): Promise<void>;
}

/** Opens pooled connections to the gateway at `url`. */
export function connectGateway(url: string): Gateway {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  });
  const base = `${pathname.replace(/\/+$/, '')}/webhooks`;
  return {
    post: ({ id, provider, secret }, body, traceparent = null) =>
      new Promise((resolve, reject) => {
        const path = `${base}/${encodeURIComponent(id)}`;
        const signature = provider.sign({ url: origin + path, body, at: Date.now() }, secret);
        const trace = traceparent === null ? {} : { traceparent };
        const headers = { 'content-type': 'application/json', ...signature, ...trace };
        pool.dispatch({ method: 'POST', path, headers, body }, collect(resolve, reject));
      }),
    close: () => pool.destroy(),
  };
}

/** Gathers an answer of a few bytes without the stream that undici's `request` would make of it. */
function collect(
  resolve: (answer: GatewayAnswer) => void,
  reject: (error: Error) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let status = 0;
  return {
    // undici insists on this method.
    onRequestStart: () => {},
    onResponseStart: (_controller, statusCode) => {
      status = statusCode;
    },
    onResponseData: (_controller, chunk) => {
      chunks.push(chunk);
    },
    onResponseEnd: () => resolve({ status, body: Buffer.concat(chunks).toString('utf8') }),
    onResponseError: (_controller, error) => reject(error),
  };
}
