import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { z } from 'zod';
import { background } from '../runtime/background.ts';
import { delay } from '../runtime/backoff.ts';
import type { Part } from '../runtime/part.ts';
import { recordBusSpans } from '../tracing/traced-payload.ts';
import type { Bus } from './connect.ts';
import { decode } from './envelope.ts';
import { createHand } from './hand.ts';
import { MAX_RETRY_MS, PASSING_RETRY_MS, verdictOf, type Verdict } from './verdict.ts';

/** A bus message that could not be handled, with everything needed to look at it later. */
export interface RejectedMessage {
  subject: string;
  payload: string;
  reason: string;
  deliveries: number;
}

export interface ConsumeOptions<Payload> {
  stream: string;
  durable: string;
  schema: z.ZodType<Payload>;
  /** Messages handled at once by this instance. */
  concurrency: number;
  /** Handles one message. May be called again with the same one, at the same time elsewhere, and out of order. */
  handle(payload: Payload): Promise<Verdict>;
  /** Keeps a rejected message; it is gone from the bus afterwards. */
  deadLetter(message: RejectedMessage): Promise<void>;
}

const REATTACH_WAIT_MS = 500;
const POLL_EXPIRES_MS = 10_000;
/** Two of them missed, and the reader asks anew: so soon it notices that its durable was made anew, ms. */
const HEARTBEAT_MS = 1_000;

/**
 * Takes messages of a durable for as long as the service runs: decode → handle → settle. Only this file
 * acknowledges. Attaches again by itself after the server, the stream or the durable was away.
 */
export function consume<Payload>(bus: Bus, options: ConsumeOptions<Payload>): Part {
  const settle = settling(bus, options);
  const hand = createHand(options.concurrency);
  let messages: ConsumerMessages | undefined;

  async function attach(stopping: AbortSignal): Promise<void> {
    const consumer = await bus.js.consumers.get(options.stream, options.durable);
    messages = await consumer.consume({
      max_messages: options.concurrency,
      expires: POLL_EXPIRES_MS,
      idle_heartbeat: HEARTBEAT_MS,
      // Left to itself, the client would look for a lost durable only as often as a poll expires.
      abort_on_missing_resource: true,
    });
    if (stopping.aborted) messages.stop();
    for await (const message of messages) {
      hand.take(settle(message));
      // Stop reading, and so pulling, until something has been settled.
      if (hand.isFull()) await hand.untilFree();
    }
  }

  const part = background(`consume ${options.durable}`, async (stopping) => {
    while (!stopping.aborted) {
      try {
        await attach(stopping);
      } catch (error) {
        bus.logger.debug({ durable: options.durable, err: error }, 'cannot attach yet');
      }
      await delay(REATTACH_WAIT_MS, stopping);
    }
  });
  return {
    ...part,
    stop: async () => {
      const stopped = part.stop();
      messages?.stop();
      await stopped;
      await hand.untilEmpty();
    },
  };
}

/** Makes the pipeline of one message; it never rejects. */
function settling<Payload>(bus: Bus, options: ConsumeOptions<Payload>): (message: JsMsg) => Promise<void> {
  const { durable, schema } = options;
  const verdicts = bus.metrics.counter('consumer_verdicts_total', 'Settled bus messages', [
    'durable',
    'verdict',
  ]);

  async function handle(message: JsMsg): Promise<Verdict> {
    const start = Date.now();
    const text = message.string();
    const verdict = await judge(message, text);
    const failure = verdict.verdict === 'done' ? undefined : verdict.verdict;
    recordBusSpans(text, { name: `process ${durable}`, kind: 'consumer', start, failure });
    return verdict;
  }

  async function judge(message: JsMsg, text: string): Promise<Verdict> {
    try {
      return await options.handle(decode(schema, text));
    } catch (error) {
      return verdictOf(error, message.info.deliveryCount);
    }
  }

  async function reject(message: JsMsg, reason: string): Promise<void> {
    const { subject, info } = message;
    bus.logger.error({ subject, durable, reason }, 'a bus message became a dead letter');
    try {
      await options.deadLetter({
        subject,
        payload: message.string(),
        reason,
        deliveries: info.deliveryCount,
      });
      message.term(reason);
    } catch {
      // It stays on the bus and is rejected again when the database is back.
      message.nak(PASSING_RETRY_MS);
    }
  }

  return async (message) => {
    const verdict = await handle(message);
    verdicts.inc({ durable, verdict: verdict.verdict });
    if (verdict.verdict === 'done') return message.ack();
    if (verdict.verdict === 'retry') return message.nak(Math.min(verdict.after_ms, MAX_RETRY_MS));
    await reject(message, verdict.reason);
  };
}
