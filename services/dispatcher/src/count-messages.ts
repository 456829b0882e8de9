import type { Message } from '@parley/contracts/message';
import type { Metrics } from '@parley/platform/runtime';

/** Counts messages as they reach a status that others hear of. */
export type CountMessages = (messages: readonly Pick<Message, 'type' | 'status' | 'provider'>[]) => void;

/** Makes the function that counts messages. */
export function countMessages(metrics: Metrics): CountMessages {
  const total = metrics.counter('messages_total', 'Messages by how they stand when they are counted', [
    'direction',
    'type',
    'status',
    'provider',
  ]);
  return (messages) => {
    for (const { type, status, provider } of messages)
      total.inc({ direction: 'outbound', type, status, provider: provider ?? '' });
  };
}
