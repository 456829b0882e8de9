import type { Instance } from '@parley/launcher/instance/start-instance';
import { readJson } from '@parley/trial/read-json';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Took } from '../filled/times.ts';

/** A place in which an accepted message is waited for. */
export interface Reader {
  name: string;
  /** Its n-th message, as it is sent. */
  message(n: number): Record<string, string>;
  /** The question that finds the n-th message. */
  path(n: number): string;
  /** Whether the answer shows it. */
  shows(answer: unknown, n: number): boolean;
}

const found = z.object({ data: z.array(z.unknown()) });
const counted = z.object({ total: z.int() });

const isFound = (answer: unknown): boolean => found.parse(answer).data.length > 0;

const word = (recipient: number): string => `parcel${recipient}`;
const sms = (first: number) => (n: number) => ({
  type: 'sms',
  from: 'MyCorp',
  to: `+${first + n}`,
  body: `Your ${word(first + n)} has left our house today`,
});
/** Recipients to whom the load does not send. */
const [LISTED, SOUGHT, FILED] = [49_151_000_000_000, 49_152_000_000_000, 49_153_000_000_000];

/** Whoever waits in the statistics is the only one who sends e-mail: so its messages can be told apart there. */
export const READERS: readonly Reader[] = [
  {
    name: 'list',
    message: sms(LISTED),
    path: (n) => `/v1/messages?to=%2B${LISTED + n}`,
    shows: isFound,
  },
  {
    name: 'search',
    message: sms(SOUGHT),
    path: (n) => `/v1/messages?q=${word(SOUGHT + n)}`,
    shows: isFound,
  },
  {
    name: 'conversations',
    message: sms(FILED),
    path: (n) => `/v1/conversations?participant=%2B${FILED + n}`,
    shows: isFound,
  },
  {
    name: 'statistics',
    message: (n) => ({
      type: 'email',
      from: 'shop@acme.test',
      to: `customer${n}@people.test`,
      subject: 'Your parcel',
      body: 'It has left our house today',
    }),
    path: () => '/v1/stats?type=email',
    shows: (answer, n) => counted.parse(answer).total > n,
  },
];

/** Pauses differ, so that a message does not always come at the same moment between two batches of the projection. */
const LONGEST_PAUSE_MS = 200;
const LOOK_MS = 5;
const QUESTION_TIMEOUT_MS = 10_000;

/**
 * Sends a message and asks the reader until it shows it, over and over until `signal` is aborted. Tells how long each took
 * from its 202 until the answer that showed it; the asking is part of it. Throws when the API refuses.
 */
export async function watch(
  { baseUrl, apiKey }: Pick<Instance, 'baseUrl' | 'apiKey'>,
  reader: Reader,
  signal: AbortSignal,
): Promise<Took[]> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const timeout = () => AbortSignal.timeout(QUESTION_TIMEOUT_MS);
  const took: Took[] = [];
  for (let n = 0; !signal.aborted; n += 1) {
    await delay(Math.random() * LONGEST_PAUSE_MS);
    const body = JSON.stringify(reader.message(n));
    const url = `${baseUrl}/v1/messages`;
    const accepted = await readJson(url, sent, { method: 'POST', headers, body, signal: timeout() });
    const begun = performance.now();
    while (
      !reader.shows(await readJson(baseUrl + reader.path(n), z.unknown(), { headers, signal: timeout() }), n)
    )
      await delay(LOOK_MS);
    took.push({ ms: performance.now() - begun, which: accepted.id });
  }
  return took;
}

const sent = z.looseObject({ id: z.string() });
