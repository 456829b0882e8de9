import type { MessageId } from '@parley/contracts/ids';
import type { SendMessageWork } from '@parley/contracts/work/send-message';
import { DONE, type Verdict } from '@parley/platform/bus';
import { createBatcher, type Metrics } from '@parley/platform/runtime';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { addNotes } from '../notes/add-notes.ts';
import { noteOnEnd } from '../notes/note-on-end.ts';
import { deliverChats } from './store.ts';

export interface ChatOptions extends CommitOptions {
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
      const sorted = [...new Set(ids)].toSorted();
      await commitChanges(options, async (trx) => {
        const risen = await deliverChats(trx, sorted);
        await addNotes(trx, risen.flatMap(noteOnEnd));
        return { risen, corrected: [] };
      });
      return ids.map(() => DONE);
    },
  });
  return ({ work }) => batcher.add(work.message_id);
}
