import type { Metrics } from '@parley/platform/runtime';
import { POSSIBLE_OPT_OUT } from '../inbound-message.ts';
import type { Committed } from './commit.ts';

/** Makes the function that counts what was stored. */
export function countStored(
  metrics: Metrics,
): (stored: Pick<Committed, 'messages' | 'receipts' | 'keywords'>) => void {
  const messagesTotal = metrics.counter(
    'messages_total',
    'Messages by how they stand when they are counted',
    ['direction', 'type', 'status', 'provider'],
  );
  const receiptsTotal = metrics.counter('receipts_total', 'Delivery receipts stored', ['status', 'provider']);
  const keywordsTotal = metrics.counter(
    'keywords_total',
    'Texts that ask for no more messages, for more, or for help',
    ['keyword'],
  );
  return ({ messages, receipts, keywords }) => {
    for (const { direction, type, status, status_reason, provider } of messages) {
      messagesTotal.inc({ direction, type, status, provider: provider ?? '' });
      if (status_reason === POSSIBLE_OPT_OUT) keywordsTotal.inc({ keyword: POSSIBLE_OPT_OUT });
    }
    for (const { keyword } of keywords) keywordsTotal.inc({ keyword });
    for (const { status, connection_id } of receipts) receiptsTotal.inc({ status, provider: connection_id });
  };
}
