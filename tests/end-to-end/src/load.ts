import { randomUUID } from 'node:crypto';
import { delay } from '@parley/platform/runtime';
import { messageIn, type ParleyClient } from './parley-client.ts';

/** Clients that send until they are told to stop, and never give a message up. */
export interface Load {
  /** How many messages have been answered with 202 so far. */
  accepted(): number;
  /** Lets every client finish its message; resolves with the ids of all accepted messages. */
  stop(): Promise<string[]>;
}

const RETRY_MS = 50;

/**
 * Starts clients that each send one message after the other, to a recipient of its own, with an Idempotency-Key.
 * Whatever goes wrong (503, a broken connection), a client repeats the same request with the same key until it is
 * accepted, as the documentation says it may.
 */
export function startLoad(client: ParleyClient, clients: number): Load {
  const stopping = new AbortController();
  const ids: string[] = [];
  let recipient = 0;

  async function sendOne(): Promise<void> {
    recipient += 1;
    const key = randomUUID();
    const body = {
      from: 'MyCorp',
      to: `+4915${String(recipient).padStart(9, '0')}`,
      body: `message ${recipient}`,
    };
    for (;;) {
      const answer = await client
        .call('/v1/messages', { headers: { 'idempotency-key': key }, body })
        .catch(() => null);
      if (answer?.status === 202) return void ids.push(messageIn(answer).id);
      if (answer !== null && answer.status !== 503 && answer.status !== 409)
        throw new Error(`a message was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      await delay(RETRY_MS);
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) await sendOne();
  }

  const running = Promise.all(Array.from({ length: clients }, run));
  return {
    accepted: () => ids.length,
    stop: async () => {
      stopping.abort();
      await running;
      return ids;
    },
  };
}
