import { unpack } from '../packed-counts.ts';

/** Counts of a number of senders that begins with 0; what is not there is 0. */
export type Totals = Float64Array;

/** A pack, as it is added to the totals or, with -1, subtracted from them. */
export interface SignedPack {
  sign: number;
  last_number: number;
  counts: Buffer;
}

/** What packs add up to, for each number of a sender, with room for those up to `last`. */
export function addUp(packs: readonly SignedPack[], last: number): Totals {
  const greatest = packs.reduce((most, { last_number }) => Math.max(most, last_number), last);
  const totals = new Float64Array(greatest + 1);
  for (const { counts, sign } of packs)
    unpack(counts, (number, count) => {
      totals[number] = (totals[number] ?? 0) + sign * count;
    });
  return totals;
}

/** A sender that has no number yet. */
export interface Unnumbered {
  sender: string;
  count: number;
}

/** Who is among the busiest. */
export interface Leaders {
  /** How many senders there are. */
  senders: number;
  /** As busy as the last of the busiest; 0 when there are fewer senders than wanted. */
  least: number;
  /** Numbers of who is busier. */
  above: number[];
  /** Numbers of who is as busy; not all of them need be among the busiest. */
  level: number[];
}

/** Finds the `top` busiest of all; those without a number count, but are not named. */
export function findLeaders(totals: Totals, unnumbered: readonly Unnumbered[], top: number): Leaders {
  // The greatest counts so far, ascending.
  const best: number[] = [];
  let senders = 0;
  function look(count: number): void {
    if (count <= 0) return;
    senders += 1;
    const isFull = best.length === top;
    if (isFull && count <= (best[0] ?? 0)) return;
    if (isFull) best.shift();
    const place = best.findIndex((other) => other > count);
    best.splice(place === -1 ? best.length : place, 0, count);
  }
  for (const count of totals) look(count);
  for (const { count } of unnumbered) look(count);
  const least = best.length === top ? (best[0] ?? 0) : 0;
  const [above, level]: [number[], number[]] = [[], []];
  totals.forEach((count, number) => {
    if (count > least) above.push(number);
    else if (count === least && least > 0) level.push(number);
  });
  return { senders, least, above, level };
}

/** Orders senders by how busy they are, then as PostgreSQL orders texts by their bytes. */
export function inOrder(one: Unnumbered, two: Unnumbered): number {
  return two.count - one.count || Buffer.compare(Buffer.from(one.sender), Buffer.from(two.sender));
}
