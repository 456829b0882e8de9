import type { RequestContract } from '@parley/contracts/contract';
import { connectBus, respond, type RequestHandler } from '@parley/platform/bus';
import type { HttpServer } from '@parley/platform/http';
import { startParts, stopParts, type Part, type Service } from '@parley/platform/runtime';
import { answerChecker } from '@parley/testkit';
import { z } from 'zod';
import type { GatewayConfig } from '../config.ts';
import { gatewayParts } from '../parts.ts';

/** One request as a test writes it. */
export interface Call {
  /** Default GET, or POST where there is a body. */
  method?: string;
  key?: string;
  headers?: Record<string, string>;
  /** A text or bytes go out as they are, anything else as JSON. */
  body?: unknown;
}

/** An answer; a body that is no JSON object is left out. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

/** A whole gateway in this process, with stand-ins for the services it asks. */
export interface TestGateway {
  url: string;
  /** Rejects when the answer is not as the API's own document says. */
  call(path: string, call?: Call): Promise<Answer>;
  /** Answers a contract from now on, until what it resolves to is called. */
  standIn<Item, Reply>(
    contract: RequestContract<Item, Reply>,
    handle: RequestHandler<Item, Reply>,
  ): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** Starts a gateway on a free port. */
export async function startGateway(service: Service<GatewayConfig>): Promise<TestGateway> {
  const parts = await gatewayParts(service, async () => ({}));
  const bus = await connectBus(service);
  const standIns = new Set<Part>();
  await startParts(parts);
  const { host, port } = parts.filter(isHttpServer)[0]?.address() ?? { host: '', port: 0 };
  const url = `http://${host}:${port}`;
  const { body: document } = await request(`${url}/openapi.json`);
  const check = answerChecker(document);
  return {
    url,
    call: async (path, call = {}) => {
      const answer = await request(url + path, call);
      const { status, headers, text } = answer;
      const asked = JUDGED_LATER.test(path) ? undefined : askedIn(call);
      check(methodOf(call), path, { status, contentType: headers.get('content-type'), text, asked });
      return answer;
    },
    standIn: async (contract, handle) => {
      const part = respond(bus, contract, handle);
      standIns.add(part);
      await part.start();
      await bus.nc.flush();
      return async () => {
        if (standIns.delete(part)) await part.stop();
      };
    },
    stop: () =>
      stopParts([...standIns, ...parts], (_, error) => {
        throw error;
      }),
  };
}

function isHttpServer(part: Part): part is HttpServer {
  return 'address' in part;
}

const object = z.record(z.string(), z.unknown()).catch({});

/** A batch is judged item by item, and a webhook by who receives it. */
const JUDGED_LATER = /^\/(v1\/messages\/batch|webhooks\/)/;

function askedIn({ body }: Call): unknown {
  if (typeof body === 'string') return parse(body) ?? undefined;
  return body instanceof Uint8Array ? undefined : body;
}

function methodOf({ method, body }: Call): string {
  return method ?? (body === undefined ? 'GET' : 'POST');
}

async function request(url: string, call: Call = {}): Promise<Answer> {
  const { key, headers, body } = call;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method: methodOf(call),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: object.parse(parse(text)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
