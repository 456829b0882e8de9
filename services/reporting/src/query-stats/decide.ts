/** A stretch of time, epoch ms; its end is not part of it. */
export interface Period {
  since: number;
  until: number;
}

/** Buckets, or packs of senders, to add up: of a kind and a span, those that begin in the period; subtracted where the sign is -1. */
export interface Range extends Period {
  kind: 'status' | 'sender' | 'latency';
  span: 'hour' | 'day' | 'month' | 'ever';
  sign: 1 | -1;
}

/** How a period is counted: from these buckets, and from the messages themselves where it has parts of hours. */
export interface Cover {
  ranges: Range[];
  /** The hours of which senders are counted that are not packed yet. */
  unpacked: Period[];
  edges: Period[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** In which spans each kind is counted that can be added up as one likes, the longest first. */
const SPANS = {
  sender: ['ever', 'month', 'day', 'hour'],
  latency: ['month', 'day', 'hour'],
} as const satisfies Partial<Record<Range['kind'], readonly Range['span'][]>>;

/**
 * The fewest buckets that make up a period, exactly. `extent` is a period that holds every message there is: it only
 * decides which of several equal sums is the shortest.
 */
export function coverOf({ since, until }: Period, extent: Period): Cover {
  if (since >= until) return { ranges: [], unpacked: [], edges: [] };
  const [begin, end] = [ceil(since, HOUR_MS), floor(until, HOUR_MS)];
  if (begin > end) return { ranges: [], unpacked: [], edges: [{ since, until }] };
  const edges = [
    { since, until: begin },
    { since: end, until },
  ];
  const hours = {
    since: begin <= extent.since ? -Infinity : begin,
    until: end >= extent.until ? Infinity : end,
  };
  const sums = (['sender', 'latency'] as const).flatMap((kind) =>
    sumOf(SPANS[kind], hours, extent).map((part) => ({ kind, ...part })),
  );
  return {
    ranges: [...statuses(hours), ...sums].filter(isSome),
    unpacked: [hours].filter(isSome),
    edges: edges.filter(isSome),
  };
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

type Part = Omit<Range, 'kind'>;

/**
 * Buckets of the longest span that end nearest to the ends of the period, and shorter ones for the time by which they are
 * too short or, subtracted, too long. The first and the last message end a bucket, too: shorter ones are read no further
 * than there are any.
 */
function sumOf(spans: readonly Range['span'][], { since, until }: Period, extent: Period): Part[] {
  const [span, ...shorter] = spans;
  if (span === undefined || since >= until) return [];
  if (shorter.length === 0) return [{ span, since, until, sign: 1 }];
  const [first, last] = [nearestEnd(span, since, extent), nearestEnd(span, until, extent)];
  const corrections = distance(since, first, extent) + distance(until, last, extent);
  if (first >= last || distance(since, until, extent) <= corrections)
    return sumOf(shorter, { since, until }, extent);
  const between = (from: number, to: number): Part[] =>
    from <= to
      ? sumOf(shorter, { since: from, until: to }, extent)
      : sumOf(shorter, { since: to, until: from }, extent).map(subtracted);
  return [...between(since, first), { span, since: first, until: last, sign: 1 }, ...between(last, until)];
}

function subtracted(part: Part): Part {
  return { ...part, sign: part.sign === 1 ? -1 : 1 };
}

/** How much time with messages is between two instants. */
function distance(one: number, two: number, extent: Period): number {
  const within = (at: number): number => Math.min(Math.max(at, extent.since), extent.until);
  return Math.abs(within(one) - within(two));
}

function isSome({ since, until }: Period): boolean {
  return since < until;
}

const floor = (at: number, unit: number): number => Math.floor(at / unit) * unit;
const ceil = (at: number, unit: number): number => Math.ceil(at / unit) * unit;

/** Where a bucket begins, or messages begin or end. */
function nearestEnd(span: Range['span'], at: number, extent: Period): number {
  if (!Number.isFinite(at)) return at;
  const ends = [...ENDS_AROUND[span](at), -Infinity, Infinity];
  return ends.reduce((best, end) => (distance(at, end, extent) < distance(at, best, extent) ? end : best));
}

/** The last instant at which a bucket begins that is not after the given one, and the first that is not before it. */
const ENDS_AROUND: Record<Range['span'], (at: number) => number[]> = {
  hour: (at) => [floor(at, HOUR_MS), ceil(at, HOUR_MS)],
  day: (at) => [floor(at, DAY_MS), ceil(at, DAY_MS)],
  month: (at) => [startOfMonth(at, 0), startOfMonth(at, 1)],
  ever: () => [],
};

function startOfMonth(at: number, later: number): number {
  const month = new Date(floor(at, DAY_MS));
  month.setUTCDate(1);
  return month.setUTCMonth(month.getUTCMonth() + later);
}
