import type { TimelineEntry } from '@parley/contracts/timeline';

/** All entries in the order in which they happened; what happened at once stays in the order of the lists. */
export function mergeEntries(...lists: readonly (readonly TimelineEntry[])[]): TimelineEntry[] {
  return lists.flat().sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}
