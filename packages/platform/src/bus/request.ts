import { MAX_REQUEST_BYTES, MAX_REQUEST_ITEMS, type RequestContract } from '@parley/contracts/contract';
import { NoRespondersError, TimeoutError } from '@nats-io/transport-node';
import { z } from 'zod';
import { createBatcher } from '../runtime/batcher.ts';
import { askAllTraced, askTraced } from '../tracing/traced-items.ts';
import { messageOf, OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { busUnavailable, type Bus } from './connect.ts';
import { bytes, decode, encode } from './envelope.ts';

export interface RequesterOptions {
  /** ms an idle requester waits for company before it asks. */
  waitMs: number;
  /** Waits that long after every request too: fewer and larger ones under load. Default false. */
  alwaysWaits?: boolean;
  /** Items that may wait; beyond it the call is refused with QueueFull. */
  maxQueued: number;
  /** Requests that may be under way at once. Default 2. */
  concurrency?: number;
  /** Most items in one request, fewer where answers are large. Default 500. */
  maxItems?: number;
  /** How long an answer may take before the request is repeated or given up, ms. Default 2 s. */
  timeoutMs?: number;
}

/** Asks one item; its answer comes back alone although it travelled with others. */
export type Requester<Item, Reply> = (item: Item) => Promise<Reply>;

const TIMEOUT_MS = 2_000;

/**
 * A typed question to another service. Concurrent calls are gathered into one request of at most `maxItems` or
 * 1 MB. No answer in time → the same request once more, so items must be safe to ask twice.
 * Rejects with `Unavailable` when surely nothing was done (nobody answers the subject), with `OutcomeUnknown`
 * when it may have been, with `QueueFull` when too much is waiting.
 */
export function requester<Item, Reply>(
  bus: Bus,
  contract: RequestContract<Item, Reply>,
  options: RequesterOptions,
): Requester<Item, Reply> {
  // An item is turned into JSON once: its length is its weight and the text goes into the request as it is.
  const batcher = createBatcher<string, Reply>({
    name: contract.subject,
    maxItems: options.maxItems ?? MAX_REQUEST_ITEMS,
    weight: { of: (json) => json.length, max: MAX_REQUEST_BYTES },
    concurrency: options.concurrency ?? 2,
    waitMs: options.waitMs,
    alwaysWaits: options.alwaysWaits ?? false,
    maxQueued: options.maxQueued,
    metrics: bus.metrics,
    flush: asking(bus, contract, options.timeoutMs),
  });
  const name = `ask ${contract.subject}`;
  return (item) => askTraced(name, item, (one) => batcher.add(JSON.stringify(one)));
}

export interface GroupRequesterOptions extends Pick<RequesterOptions, 'concurrency' | 'timeoutMs'> {
  /** Groups that may wait; beyond it the call is refused with QueueFull. */
  maxQueued: number;
}

/** Asks several items at once; their answers come in their order. */
export type GroupRequester<Item, Reply> = (items: readonly Item[]) => Promise<readonly Reply[]>;

/**
 * A question whose items belong together: each call is one request of its own, however large, and so is what comes of
 * it. Repeats and rejects as `requester` does.
 */
export function groupRequester<Item, Reply>(
  bus: Bus,
  contract: RequestContract<Item, Reply>,
  { concurrency = 2, maxQueued, timeoutMs }: GroupRequesterOptions,
): GroupRequester<Item, Reply> {
  const ask = asking(bus, contract, timeoutMs);
  const groups = createBatcher<readonly string[], readonly Reply[]>({
    name: `${contract.subject} in groups`,
    maxItems: 1,
    concurrency,
    waitMs: 0,
    maxQueued,
    flush: (waiting) => Promise.all(waiting.map(ask)),
  });
  const name = `ask ${contract.subject}`;
  return (items) => askAllTraced(name, items, (some) => groups.add(some.map((item) => JSON.stringify(item))));
}

/** Makes the function that asks items, given as JSON, in one request. */
function asking<Item, Reply>(
  bus: Bus,
  { subject, version, reply }: RequestContract<Item, Reply>,
  timeout = TIMEOUT_MS,
): (items: readonly string[]) => Promise<readonly Reply[]> {
  const replies = z.object({ v: z.literal(version), items: z.array(reply) });
  const read = (text: string): readonly Reply[] => {
    try {
      return decode(replies, text).items;
    } catch (cause) {
      throw new OutcomeUnknown(`${subject}: its answer cannot be read: ${messageOf(cause)}`, { cause });
    }
  };
  return async (items) => {
    const request = bytes(`{"v":${version},"items":[${items.join(',')}]}`);
    const answer = read(await ask(bus, subject, { request, timeout }));
    if (answer.length !== items.length)
      throw new OutcomeUnknown(`${subject}: answers do not match the items`);
    return answer;
  };
}

async function ask(
  bus: Bus,
  subject: string,
  { request, timeout }: { request: Uint8Array; timeout: number },
): Promise<string> {
  // The client would keep the request until it is connected again, long after we had to answer.
  if (!bus.connected()) throw busUnavailable(new Error('not connected'));
  for (let isFirst = true; ; isFirst = false) {
    try {
      const answer = await bus.ask(subject, request, { timeoutMs: timeout });
      const failure = answer.headers?.get(FAILURE_HEADER);
      if (failure) throw failureOf(failure, { subject, detail: answer.headers?.get(DETAIL_HEADER) || null });
      return answer.text;
    } catch (error) {
      if (error instanceof OutcomeUnknown) throw error;
      // Whatever becomes of the second question, the first one may be carried out yet.
      if (!isFirst) throw new OutcomeUnknown(`${subject} did not answer in time`, { cause: error });
      if (!(error instanceof TimeoutError)) throw undone(error, subject);
    }
  }
}

/** Header of an answer that says that, and how, the whole request failed. */
export const FAILURE_HEADER = 'Parley-Failure';

/** Header of such an answer: what clients are told of it. */
export const DETAIL_HEADER = 'Parley-Failure-Detail';

function failureOf(failure: string, { subject, detail }: { subject: string; detail: string | null }): Error {
  return failure === 'unavailable'
    ? new Unavailable(`${subject}: its service is not available`, { detail })
    : new OutcomeUnknown(`${subject} failed`);
}

/** The first question was not taken by anybody: nobody is there, or it did not get out. */
function undone(error: unknown, subject: string): unknown {
  if (error instanceof Unavailable) return error;
  return error instanceof NoRespondersError
    ? new Unavailable(`nobody answers ${subject}`, { cause: error })
    : busUnavailable(error);
}

/** Encodes the answers of a request. */
export function encodeReplies(version: number, items: readonly unknown[]): Uint8Array {
  return bytes(encode(version, { items }));
}
