import { parseMessageId } from '@parley/contracts/ids';
import { readJson } from '@parley/trial/read-json';
import { z } from 'zod';
import type { Target } from './target.ts';

/** A message to send, as the API takes it. */
export type Sending = Record<string, unknown>;

const BATCH = 500;
const AT_ONCE = 2;

const answer = z.object({
  data: z.array(z.object({ status: z.literal(202), message: z.object({ id: z.string() }) })),
});

/**
 * Has messages accepted in batches of 500 and returns their ids, in their order. `accepted` hears how many have been so
 * far. Throws when one of them is refused, or when aborted.
 */
export async function acceptInBatches(
  { baseUrl, apiKey }: Pick<Target, 'baseUrl' | 'apiKey'>,
  messages: readonly Sending[],
  { accepted, signal }: { accepted(count: number): void; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const ids: string[] = [];
  let [next, count] = [0, 0];
  const send = async (): Promise<void> => {
    while (next < messages.length) {
      signal?.throwIfAborted();
      const from = next;
      next += BATCH;
      const body = JSON.stringify({ messages: messages.slice(from, from + BATCH) });
      const { data } = await readJson(`${baseUrl}/v1/messages/batch`, answer, {
        method: 'POST',
        headers,
        body,
      });
      data.forEach(({ message }, at) => (ids[from + at] = parseMessageId(message.id) ?? message.id));
      accepted((count += data.length));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return ids;
}
