import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { Answer, Outcome } from '../provider.ts';
import { jsonOf } from './json-of.ts';
import { readRefusal } from './refusal.ts';
import { retryAfterMs } from './retry-after.ts';

/** Whether a status says for sure that the provider did not take the message, as its documentation promises. */
export type NotTaken = (status: number) => boolean;

const acceptedBody = z.object({ id: text.min(1).max(255) });

/**
 * What a call came to, told by its answer. A server error is `unknown`, because the provider may have failed
 * after taking the message, unless `notTaken` declares the status. `now` in epoch ms. Never throws.
 */
export function classifyAnswer(answer: Answer, notTaken: NotTaken, now: number): Outcome {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return readAcceptance(body);
  if (status === 429) return { kind: 'throttled', retry_after_ms: retryAfterMs(headers['retry-after'], now) };
  if (status >= 400 && status < 500) return readRefusal(status, body);
  const reason = `http_${status}`;
  const away = status === 503;
  if (!away && !notTaken(status)) return { kind: 'unknown', reason };
  const retry_after_ms = retryAfterMs(headers['retry-after'], now);
  return { kind: 'unavailable', reason, retry_after_ms, connection_wide: away };
}

function readAcceptance(body: string): Outcome {
  const id = acceptedBody.safeParse(jsonOf(body)).data?.id;
  return id === undefined
    ? { kind: 'unknown', reason: 'no_message_id' }
    : { kind: 'accepted', provider_message_id: id };
}
