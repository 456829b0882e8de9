import { Agent, request } from 'undici';

export interface HttpClientOptions {
  /** Most connections to one origin; further calls wait for one of them. */
  connections: number;
  /** ms from the call to the last byte of its answer. A connection must be there within half of it. */
  timeoutMs: number;
  /** An answer with a longer body fails. */
  maxResponseBytes: number;
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
  /** Waits for calls in flight, then closes every connection. */
  close(): Promise<void>;
}

/** Makes a client. Nothing is connected before the first call. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { connections, timeoutMs, maxResponseBytes } = options;
  const agent = new Agent({
    connections,
    connect: { timeout: Math.ceil(timeoutMs / 2) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxResponseBytes,
  });

  async function post(url: string, headers: Record<string, string>, body: string): Promise<HttpAnswer> {
    // undici bounds each silence; an answer that drips would outlive any sum of them.
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new DOMException('no answer in time', 'TimeoutError')),
      timeoutMs,
    );
    try {
      const answer = await request(url, {
        method: 'POST',
        headers,
        body,
        dispatcher: agent,
        signal: late.signal,
      });
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } finally {
      clearTimeout(timer);
    }
  }

  return { post, close: () => agent.close() };
}
