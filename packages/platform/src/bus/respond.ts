import { headers, type Msg, type Subscription } from '@nats-io/transport-node';
import type { RequestContract } from '@parley/contracts/contract';
import { z } from 'zod';
import type { Part } from '../runtime/part.ts';
import { messageOf, Unavailable } from '../runtime/unavailable.ts';
import { underSpans } from '../tracing/traced-items.ts';
import type { Bus } from './connect.ts';
import { decode, Undecodable } from './envelope.ts';
import { sendAnswer } from './inbox.ts';
import { DETAIL_HEADER, encodeReplies, FAILURE_HEADER } from './request.ts';

/** Answers an array of items with an array of replies, in order, after everything is committed. */
export type RequestHandler<Item, Reply> = (items: Item[]) => Promise<readonly Reply[]>;

/** The handler that answers each item by itself, all at once. */
export function each<Item, Reply>(answer: (item: Item) => Promise<Reply>): RequestHandler<Item, Reply> {
  return (items) => Promise.all(items.map((item) => answer(item)));
}

/**
 * Answers a request contract in a queue group, so several instances share the work. A handler that throws
 * `Unavailable` tells the asker that nothing was done; anything else that the outcome is not known.
 */
export function respond<Item, Reply>(
  bus: Bus,
  contract: RequestContract<Item, Reply>,
  handle: RequestHandler<Item, Reply>,
): Part {
  const request = z.object({ v: z.literal(contract.version), items: z.array(contract.item) });
  const inFlight = new Set<Promise<void>>();
  let subscription: Subscription | undefined;

  async function answer(message: Msg): Promise<void> {
    try {
      const { items } = decode(request, message.string());
      const traced = { name: `answer ${contract.subject}`, kind: 'server', items } as const;
      const replies = await underSpans(traced, (some) => handle([...some]));
      sendAnswer(message, encodeReplies(contract.version, replies));
    } catch (error) {
      bus.logger.error({ subject: contract.subject, err: error }, `a request failed: ${messageOf(error)}`);
      const failed = headers();
      // What cannot be read was not carried out either.
      failed.set(
        FAILURE_HEADER,
        error instanceof Unavailable || error instanceof Undecodable ? 'unavailable' : 'failed',
      );
      if (error instanceof Unavailable && error.detail !== null) failed.set(DETAIL_HEADER, error.detail);
      message.respond('', { headers: failed });
    }
  }

  return {
    name: `respond ${contract.subject}`,
    start: async () => {
      const queue = contract.subject.split('.')[0] ?? contract.subject;
      subscription = bus.nc.subscribe(contract.subject, {
        queue,
        callback: (_, message) => {
          const answering = answer(message).finally(() => inFlight.delete(answering));
          inFlight.add(answering);
        },
      });
    },
    stop: async () => {
      await subscription?.drain();
      await Promise.all(inFlight);
    },
  };
}
