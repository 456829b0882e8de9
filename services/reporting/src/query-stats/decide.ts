/** A stretch of time, epoch ms; its end is not part of it. */
export interface Period {
  since: number;
  until: number;
}

/** Buckets to add up: of a kind and a span, those that begin in the period; subtracted where the sign is -1. */
export interface Range extends Period {
  kind: 'status' | 'sender' | 'latency';
  span: 'hour' | 'day' | 'month' | 'ever';
  sign: 1 | -1;
}

/** How a period is counted: from these buckets, and from the messages themselves where it has parts of hours. */
export interface Cover {
  ranges: Range[];
  edges: Period[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The fewest buckets that make up a period, exactly. `extent` is a period that holds every message there is: it only
 * decides which of several equal sums is the shortest.
 */
export function coverOf({ since, until }: Period, extent: Period): Cover {
  if (since >= until) return { ranges: [], edges: [] };
  const [begin, end] = [ceil(since, HOUR_MS), floor(until, HOUR_MS)];
  if (begin > end) return { ranges: [], edges: [{ since, until }] };
  const edges = [
    { since, until: begin },
    { since: end, until },
  ];
  const hours = {
    since: begin <= extent.since ? -Infinity : begin,
    until: end >= extent.until ? Infinity : end,
  };
  const ranges = [
    ...statuses(hours),
    ...byMonth('sender', hours, extent),
    ...byMonth('latency', hours, extent),
  ];
  return { ranges: ranges.filter(isSome), edges: edges.filter(isSome) };
}

/** Days, because they are told apart, and hours before the first and after the last. */
function statuses({ since, until }: Period): Range[] {
  const add = { kind: 'status', sign: 1 } as const;
  const [first, last] = [ceil(since, DAY_MS), floor(until, DAY_MS)];
  if (first > last) return [{ ...add, span: 'hour', since, until }];
  return [
    { ...add, span: 'hour', since, until: first },
    { ...add, span: 'day', since: first, until: last },
    { ...add, span: 'hour', since: last, until },
  ];
}

/**
 * The months that end nearest to the ends of the period, and the hours by which they are too short or too long. The first
 * and the last message end a month, too: hours are read no further than there are any.
 */
function byMonth(kind: 'sender' | 'latency', { since, until }: Period, extent: Period): Range[] {
  const [first, last] = [nearestEnd(since, extent), nearestEnd(until, extent)];
  const length = Math.min(until, extent.until) - Math.max(since, extent.since);
  const corrections = distance(since, first, extent) + distance(until, last, extent);
  if (first >= last || length <= corrections) return [{ kind, span: 'hour', since, until, sign: 1 }];
  return [
    hoursBetween(kind, { since, until: first }),
    ...months(kind, { since: first, until: last }, extent),
    hoursBetween(kind, { since: last, until }),
  ];
}

/** How much time with messages is between two instants. */
function distance(one: number, two: number, extent: Period): number {
  const within = (at: number): number => Math.min(Math.max(at, extent.since), extent.until);
  return Math.abs(within(one) - within(two));
}

/** Hours from an instant to another, subtracted where that lies before it. */
function hoursBetween(kind: Range['kind'], { since, until }: Period): Range {
  return since <= until
    ? { kind, span: 'hour', since, until, sign: 1 }
    : { kind, span: 'hour', since: until, until: since, sign: -1 };
}

/** Whole months: added, or everything without the months around them where those are fewer. */
function months(kind: 'sender' | 'latency', { since, until }: Period, extent: Period): Range[] {
  const inside = Math.min(until, extent.until) - Math.max(since, extent.since);
  const whole: Range = { kind, span: 'month', since, until, sign: 1 };
  if (kind === 'latency' || inside <= (extent.until - extent.since) / 2) return [whole];
  return [
    { ...whole, span: 'ever', since: -Infinity, until: Infinity },
    { ...whole, since: -Infinity, until: since, sign: -1 },
    { ...whole, since: until, until: Infinity, sign: -1 },
  ];
}

function isSome({ since, until }: Period): boolean {
  return since < until;
}

const floor = (at: number, unit: number): number => Math.floor(at / unit) * unit;
const ceil = (at: number, unit: number): number => Math.ceil(at / unit) * unit;

/** Where a month begins, or messages begin or end. */
function nearestEnd(at: number, extent: Period): number {
  if (!Number.isFinite(at)) return at;
  const month = new Date(floor(at, DAY_MS));
  month.setUTCDate(1);
  const before = month.getTime();
  month.setUTCMonth(month.getUTCMonth() + 1);
  const ends = [before, month.getTime(), -Infinity, Infinity];
  return ends.reduce((best, end) => (distance(at, end, extent) < distance(at, best, extent) ? end : best));
}
