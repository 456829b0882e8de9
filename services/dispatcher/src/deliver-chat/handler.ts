import type { MessageId } from '@parley/contracts/ids';
import type { SendMessageWork } from '@parley/contracts/work/send-message';
import { DONE, type Verdict } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, type Outbox } from '@parley/platform/outbox';
import { createBatcher, type Metrics } from '@parley/platform/runtime';
import { changedRows } from '../changed-message.ts';
import type { CountMessages } from '../count-messages.ts';
import type { Database } from '../database.ts';
import { deliverChats } from './store.ts';

export interface ChatOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
  /** Most messages that may be delivered at once. */
  maxQueued: number;
  metrics: Metrics;
}

const MAX_ITEMS = 500;
const WAIT_MS = 10;

/**
 * Makes the handler of work on chat messages, which need nobody to carry them: they are sent when they are due.
 * Delivering one twice changes nothing. Rejects with `Unavailable`.
 */
export function chatDelivery(options: ChatOptions): (payload: { work: SendMessageWork }) => Promise<Verdict> {
  const batcher = createBatcher<MessageId, Verdict>({
    name: 'deliver-chat',
    maxItems: MAX_ITEMS,
    waitMs: WAIT_MS,
    maxQueued: options.maxQueued,
    metrics: options.metrics,
    flush: async (ids) => {
      await deliverAll([...new Set(ids)].toSorted(), options);
      return ids.map(() => DONE);
    },
  });
  return ({ work }) => batcher.add(work.message_id);
}

async function deliverAll(ids: readonly MessageId[], { db, outbox, count }: ChatOptions): Promise<void> {
  const { changes, rows } = await inTransaction(db, async (trx) => {
    const changes = await deliverChats(trx, ids);
    const rows = changedRows(changes);
    await addToOutbox(trx, rows);
    return { changes, rows };
  });
  outbox.publishNow(rows);
  count(changes);
}
