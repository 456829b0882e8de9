import type { Waiting } from './store.ts';

/** With more new messages in two seconds than this, the processors have better things to do. */
const BUSY = 2_500;
/** So many that are not indexed are still looked through in time. */
const MOST_WAITING = 50_000;

/** Whether what waits is to be indexed now: when there is leisure, or when too much waits. */
export function isDue({ messages, new_ones }: Waiting): boolean {
  return messages > MOST_WAITING || (messages > 0 && new_ones <= BUSY);
}
