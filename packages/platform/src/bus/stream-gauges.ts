import type { ConsumerInfo } from '@nats-io/jetstream';
import type { Metrics } from '../runtime/metrics.ts';
import { createOldestAge } from './oldest-age.ts';

/** Shows how much waits for a durable, by what the server says of it and of the last message in its stream. */
export type ShowDurable = (durable: string, info: ConsumerInfo, last_seq: number) => void;

/**
 * Makes the function that shows how many messages of a durable nobody has taken, how many were taken and are not
 * settled, and since when the oldest of both has been there.
 */
export function durableGauges(metrics: Metrics): ShowDurable {
  const pending = metrics.gauge('consumer_pending', 'Bus messages that nobody has taken yet', ['durable']);
  const inHand = metrics.gauge('consumer_ack_pending', 'Bus messages that were taken and are not settled', [
    'durable',
  ]);
  const oldest = metrics.gauge('consumer_oldest_seconds', 'Age of the oldest bus message not settled', [
    'durable',
  ]);
  const ages = new Map<string, ReturnType<typeof createOldestAge>>();
  return (durable, { num_pending, num_ack_pending, ack_floor }, last_seq) => {
    const ageOf = ages.get(durable) ?? createOldestAge();
    ages.set(durable, ageOf);
    pending.set({ durable }, num_pending);
    inHand.set({ durable }, num_ack_pending);
    const outstanding = num_pending + num_ack_pending;
    const progress = { at: Date.now(), last_seq, settled_seq: ack_floor.stream_seq, outstanding };
    oldest.set({ durable }, ageOf(progress));
  };
}
