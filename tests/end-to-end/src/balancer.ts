import { randomUUID } from 'node:crypto';
import { delay } from '@parley/platform/runtime';
import { until } from '@parley/testkit';
import { Pool } from 'undici';
import { z } from 'zod';
import { aNumber } from './people.ts';
import type { OwnParley } from './running-parley.ts';

/** Clients that send one message after the other and repeat none. */
export interface SteadyClients {
  /** Of the messages answered with 202. */
  ids(): readonly string[];
  /** Lets each finish its message; every answer that was no 202 is told. */
  stop(): Promise<{ ids: string[]; refused: string[] }>;
}

/**
 * Stands before the gateways of a Parley as a load balancer does: takes them in turn, leaves out those that say that
 * they are not ready, and tries the next one only where no connection was had, so nothing is ever sent twice.
 */
export interface Balancer {
  sendSteadily(clients: number): SteadyClients;
  /** Waits until it has seen itself that all gateways are ready: who restarts them must not go by its own look. */
  untilAllReady(): Promise<void>;
  close(): Promise<void>;
}

interface Gateway {
  pool: Pool;
  readyUrl: string;
  isReady: boolean;
}

const LOOK_EVERY_MS = 50;
const accepted = z.object({ id: z.string() });

/** A balancer before all gateways of a Parley; `close` it when done. */
export function balancer(parley: OwnParley): Balancer {
  const stopping = new AbortController();
  const gateways = parley
    .instance()
    .processes.flatMap(({ apiUrl, operationsUrl }): Gateway[] =>
      apiUrl === null
        ? []
        : [{ pool: new Pool(apiUrl), readyUrl: `${operationsUrl}/health/ready`, isReady: true }],
    );
  const watching = Promise.all(gateways.map((gateway) => watch(gateway, stopping.signal)));
  const post = posting(gateways, `Bearer ${parley.endpoint().apiKey}`);
  return {
    sendSteadily: (clients) => steadyClients(clients, post),
    untilAllReady: async () => {
      await until(() => gateways.every(({ isReady }) => isReady), { what: 'all gateways are seen ready' });
    },
    close: async () => {
      stopping.abort();
      await watching;
      await Promise.all(gateways.map(({ pool }) => pool.close()));
    },
  };
}

/** Sends one message; null when it was accepted by nobody, with the reason in `refused`. */
type Post = (refused: string[]) => Promise<string | null>;

function posting(gateways: readonly Gateway[], authorization: string): Post {
  let turn = 0;
  return async (refused) => {
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const body = JSON.stringify({ from: 'MyCorp', to: aNumber(), body: 'steady' });
    const why: string[] = [];
    for (const _try of gateways) {
      const ready = gateways.filter(({ isReady }) => isReady);
      const gateway = ready[(turn += 1) % ready.length];
      try {
        const answer = await gateway?.pool.request({ method: 'POST', path: '/v1/messages', headers, body });
        const text = (await answer?.body.text()) ?? 'no gateway is ready';
        if (answer?.statusCode === 202) return accepted.parse(JSON.parse(text)).id;
        why.push(text);
        break;
      } catch (error) {
        why.push(String(error));
        if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) break;
      }
    }
    refused.push(why.join(', '));
    return null;
  };
}

function steadyClients(clients: number, post: Post): SteadyClients {
  const ended = new AbortController();
  const ids: string[] = [];
  const refused: string[] = [];
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const id = await post(refused);
      if (id !== null) ids.push(id);
      // Where no gateway was ready nothing was awaited: without a pause nobody could ever see one that is.
      else await delay(LOOK_EVERY_MS);
    }
  };
  const running = Promise.all(Array.from({ length: clients }, run));
  return {
    ids: () => ids,
    stop: async () => {
      ended.abort();
      await running;
      return { ids, refused };
    },
  };
}

async function watch(gateway: Gateway, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    gateway.isReady = await fetch(gateway.readyUrl).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false,
    );
    await delay(LOOK_EVERY_MS, stopping);
  }
}
