import { setTimeout as delay } from 'node:timers/promises';
import { timelineEntry, type TimelineEntry } from '@parley/contracts/timeline';
import type { Endpoint } from '@parley/launcher/instance/instance-file';
import { z } from 'zod';

/** A message, as far as the story looks at it. */
const message = z.object({
  id: z.string(),
  conversation_id: z.string(),
  type: z.string(),
  direction: z.string(),
  from: z.string(),
  to: z.string(),
  body: z.string().nullable(),
  status: z.string(),
  provider: z.string().nullable(),
  timestamp: z.string(),
  created_at: z.string(),
  send_at: z.string().nullable(),
  sent_at: z.string().nullable(),
});
export type Message = z.infer<typeof message>;

const problem = z.object({ code: z.string(), detail: z.string() });
/** Why something was refused. */
export type Refusal = z.infer<typeof problem>;

const timeline = z.object({ data: z.array(timelineEntry) });

/** What the story does with a Parley, as any user of its API may, and with the providers that the simulator plays. */
export interface Parley {
  createUser(user: object): Promise<void>;
  /** Accepts a message, or says why it is refused. */
  send(fields: object): Promise<Message | Refusal>;
  message(id: string): Promise<Message>;
  timeline(id: string): Promise<TimelineEntry[]>;
  conversation(id: string): Promise<Message[]>;
  /** What an address has last said about being written to; null = nothing. */
  consent(address: string): Promise<string | null>;
  /** Somebody writes to us through a provider. */
  receive(fields: object): Promise<void>;
  /** What a provider does with the next call to somebody. */
  provider(script: object): Promise<void>;
  /** Asks again and again; throws after a minute. */
  until<T>(what: string, ask: () => Promise<T | null>): Promise<T>;
}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** A Parley that runs. What it does rejects when it is aborted, and when an answer is none that the story knows. */
export function talkTo(endpoint: Endpoint, signal: AbortSignal): Parley {
  const api = (path: string, body?: object, key = endpoint.apiKey): Promise<Answer> =>
    call(endpoint.baseUrl + path, { body, key, signal });
  const play = async (path: string, body: object): Promise<void> => {
    expectStatus(await call(endpoint.simulatorUrl + path, { body, signal }), 200, 201, 204);
  };
  const read = async <T>(schema: z.ZodType<T>, path: string): Promise<T> =>
    schema.parse(expectStatus(await api(path), 200));
  return {
    createUser: async (user) => void expectStatus(await api('/v1/users', user, endpoint.adminKey), 201),
    send: async (fields) => {
      const answer = await api('/v1/messages', fields);
      return answer.status === 400 ? problem.parse(answer.body) : message.parse(expectStatus(answer, 202));
    },
    message: (id) => read(message, `/v1/messages/${id}`),
    timeline: async (id) => (await read(timeline, `/v1/messages/${id}/timeline`)).data,
    conversation: async (id) =>
      (await read(z.object({ data: z.array(message) }), `/v1/conversations/${id}/messages?order=asc`)).data,
    consent: async (address) =>
      (await read(z.object({ state: z.string().nullable() }), `/v1/consent/${encodeURIComponent(address)}`))
        .state,
    receive: (fields) => play('/control/inbound', fields),
    provider: (script) => play('/control/scripts', script),
    until: async (what, ask) => {
      for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline;) {
        const found = await ask();
        if (found !== null) return found;
        await delay(LOOK_EVERY_MS, undefined, { signal });
      }
      throw new Error(`waited a minute in vain: ${what}`);
    },
  };
}

interface Answer {
  status: number;
  body: unknown;
}

async function call(
  url: string,
  { body, key, signal }: { body?: object | undefined; key?: string; signal: AbortSignal },
): Promise<Answer> {
  const response = await fetch(url, {
    signal,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

function expectStatus({ status, body }: Answer, ...statuses: number[]): unknown {
  if (statuses.includes(status)) return body;
  throw new Error(`an answer of ${status} is not part of the story: ${JSON.stringify(body)}`);
}
