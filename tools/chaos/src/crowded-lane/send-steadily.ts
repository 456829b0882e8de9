import { setTimeout as delay } from 'node:timers/promises';
import { parseMessageId } from '@parley/contracts/ids';
import { readJson } from '@parley/trial/read-json';
import { z } from 'zod';
import type { Target } from '../target.ts';

/** Somebody who sends one message after another. */
export interface SteadySender {
  key: string;
  from: string;
  perSecond: number;
  seconds: number;
  priority: 'high' | 'normal';
}

const accepted = z.object({ id: z.string(), created_at: z.string() });

/** Sends single messages at a steady rate; resolves with when each was accepted, epoch ms by id. */
export async function sendSteadily(
  { baseUrl }: Pick<Target, 'baseUrl'>,
  { key, from, perSecond, seconds, priority }: SteadySender,
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const begun = performance.now();
  const send = async (index: number): Promise<[string, number]> => {
    const due = begun + (index * 1_000) / perSecond;
    await delay(Math.max(0, due - performance.now()), undefined, { signal });
    const body = JSON.stringify({
      from,
      to: `+1${4_000_000_000 + index}`,
      body: 'Your code is 1234',
      priority,
    });
    const message = await readJson(`${baseUrl}/v1/messages`, accepted, { method: 'POST', headers, body });
    return [parseMessageId(message.id) ?? message.id, Date.parse(message.created_at)];
  };
  return new Map(await Promise.all(Array.from({ length: perSecond * seconds }, (_, index) => send(index))));
}
