import { readJson } from '@parley/trial/read-json';
import { z } from 'zod';

const AT_ONCE = 8;

const times = z.object({
  created_at: z.string(),
  sent_at: z.string().nullable(),
  delivered_at: z.string().nullable(),
});
type Times = z.infer<typeof times>;

/** Whom to ask for which messages. */
export interface DeliveredOptions {
  baseUrl: string;
  apiKey: string;
  ids: readonly string[];
  receipts: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * How long each of the messages took from its acceptance until it was recorded as sent (with receipts: delivered),
 * ms, in no order. Those that have not come so far are left out. Throws when the API does not answer.
 */
export async function deliveryTimes({
  baseUrl,
  apiKey,
  ids,
  receipts,
  signal,
}: DeliveredOptions): Promise<number[]> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const left = [...ids];
  const found: number[] = [];
  const ask = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      signal?.throwIfAborted();
      const took = deliveryTime(await readJson(`${baseUrl}/v1/messages/${id}`, times, { headers }), receipts);
      if (took !== null) found.push(took);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return found;
}

/** Milliseconds from acceptance to the end of the way; null when it has not been reached. */
export function deliveryTime({ created_at, sent_at, delivered_at }: Times, receipts: boolean): number | null {
  const end = receipts ? delivered_at : sent_at;
  return end === null ? null : Date.parse(end) - Date.parse(created_at);
}
