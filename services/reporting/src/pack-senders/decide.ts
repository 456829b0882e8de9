import type { SenderCount } from './store.ts';

/** What is to be added to one pack: counts by the numbers of senders. */
export interface Addition extends Omit<SenderCount, 'hour' | 'sender' | 'count'> {
  span: 'hour' | 'day' | 'month' | 'ever';
  /** When the span begins, as PostgreSQL reads it. */
  at: string;
  counts: Map<number, number>;
}

/** The packs in which hours count, each once and in order of its key, and by how much each sender counts for more. */
export function additions(
  taken: readonly SenderCount[],
  numberOf: (account_id: SenderCount['account_id'], sender: string) => number,
): Addition[] {
  const packs = new Map<string, Addition>();
  for (const { hour, sender, count, ...whose } of taken) {
    const number = numberOf(whose.account_id, sender);
    for (const { span, at } of spansOf(hour)) {
      const key = [whose.account_id, span, at, whose.direction, whose.type].join(' ');
      const pack = packs.get(key) ?? { ...whose, span, at, counts: new Map<number, number>() };
      pack.counts.set(number, (pack.counts.get(number) ?? 0) + count);
      packs.set(key, pack);
    }
  }
  return [...packs].toSorted(([one], [two]) => (one < two ? -1 : 1)).map(([, pack]) => pack);
}

/** Every span of which an hour (an instant) is part. */
function spansOf(hour: string): Pick<Addition, 'span' | 'at'>[] {
  return [
    { span: 'hour', at: hour },
    { span: 'day', at: `${hour.slice(0, 10)}T00:00:00.000Z` },
    { span: 'month', at: `${hour.slice(0, 7)}-01T00:00:00.000Z` },
    { span: 'ever', at: '-infinity' },
  ];
}
