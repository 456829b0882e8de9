import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coverOf, type Cover, type Period, type Range } from './decide.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (instant: string) => Date.parse(instant);
const period = (since: string, until: string): Period => ({ since: at(since), until: at(until) });
const ANY_TIME: Period = { since: -Infinity, until: Infinity };
const TWO_YEARS = period('2025-01-01', '2027-01-01');

/** Where the bucket begins in which a message of this time is counted. */
function begins(span: Range['span'], time: number): number {
  if (span === 'hour') return Math.floor(time / HOUR_MS) * HOUR_MS;
  if (span === 'day') return Math.floor(time / DAY_MS) * DAY_MS;
  if (span === 'ever') return -Infinity;
  const month = new Date(time);
  month.setUTCDate(1);
  return month.setUTCHours(0, 0, 0, 0);
}

/** How often a message of this time is counted. */
function timesCounted({ ranges, edges }: Cover, kind: Range['kind'], time: number): number {
  const holds = (since: number, until: number, one: number) => one >= since && one < until;
  const buckets = ranges.filter((range) => range.kind === kind);
  return (
    edges.filter((edge) => holds(edge.since, edge.until, time)).length +
    buckets.reduce((sum, r) => sum + (holds(r.since, r.until, begins(r.span, time)) ? r.sign : 0), 0)
  );
}

describe('whatever the period and wherever the messages are', () => {
  const time = fc.integer({ min: at('2024-12-01'), max: at('2027-02-01') });
  const instant = fc.oneof(
    time,
    time.map((one) => Math.floor(one / HOUR_MS) * HOUR_MS),
    time.map((one) => Math.floor(one / DAY_MS) * DAY_MS),
  );
  const open = (end: number) => fc.oneof({ weight: 4, arbitrary: instant }, fc.constant(end));
  const wanted = fc.record({ since: open(-Infinity), until: open(Infinity) });

  test('a message is counted once of each kind when it is of the period, else not at all', () => {
    fc.assert(
      fc.property(wanted, time, instant, instant, (asked, message, one, two) => {
        const days = [one, two, message].map((some) => Math.floor(some / DAY_MS) * DAY_MS);
        const extent = { since: Math.min(...days), until: Math.max(...days) + DAY_MS };
        const cover = coverOf(asked, extent);
        const expected = message >= asked.since && message < asked.until ? 1 : 0;
        for (const kind of ['status', 'sender', 'latency'] as const)
          expect(timesCounted(cover, kind, message)).toBe(expected);
        const hour = begins('hour', message);
        const counted = [
          ...cover.edges.map((edge) => ({ ...edge, at: message })),
          ...cover.unpacked.map((hours) => ({ ...hours, at: hour })),
        ];
        expect(counted.filter(({ since, until, at: one }) => one >= since && one < until)).toHaveLength(
          expected,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('few buckets are read', () => {
  const of = (kind: Range['kind'], { ranges }: Cover) => ranges.filter((range) => range.kind === kind);
  const lengths = (ranges: Range[], of: Range['span'], unit: number) =>
    ranges.filter(({ span }) => span === of).map(({ since, until }) => (until - since) / unit);

  test('for all time: one for each sender, and days', () => {
    const cover = coverOf(ANY_TIME, TWO_YEARS);
    expect(cover.edges).toEqual([]);
    expect(of('sender', cover)).toEqual([{ kind: 'sender', span: 'ever', sign: 1, ...ANY_TIME }]);
    expect(of('status', cover)).toEqual([{ kind: 'status', span: 'day', sign: 1, ...ANY_TIME }]);
  });

  test('the same when there is nothing outside the period', () => {
    const cover = coverOf(period('2024-12-24T17:10:00.000Z', '2027-01-01T00:30:00.000Z'), TWO_YEARS);
    expect(of('sender', cover)).toEqual([{ kind: 'sender', span: 'ever', sign: 1, ...ANY_TIME }]);
    expect(cover.edges).toHaveLength(2);
  });

  test('for a period that ends within months: at most half a month of days, half a day of hours at each end', () => {
    const cover = coverOf(period('2025-03-09T10:30:00.000Z', '2025-08-23T08:15:00.000Z'), TWO_YEARS);
    for (const kind of ['sender', 'latency'] as const) {
      expect(lengths(of(kind, cover), 'day', DAY_MS).every((days) => days <= 15.5)).toBe(true);
      expect(lengths(of(kind, cover), 'hour', HOUR_MS).every((hours) => hours <= 12)).toBe(true);
      expect(of(kind, cover).map(({ span, sign }) => `${sign} ${span}`)).toEqual([
        '-1 day',
        '-1 hour',
        '1 month',
        '1 hour',
        '-1 day',
      ]);
    }
  });

  test('for most of what there is: everything without the rest', () => {
    const cover = coverOf(period('2025-03-01', '2026-12-01'), TWO_YEARS);
    expect(of('sender', cover).map(({ span, sign }) => `${sign} ${span}`)).toEqual([
      '-1 month',
      '1 ever',
      '-1 month',
    ]);
  });
});

test.each([
  ['ends before it begins', period('2026-02-01', '2026-01-01')],
  ['ends when it begins', period('2026-02-01', '2026-02-01')],
])('a period that %s needs nothing', (_, wanted) => {
  expect(coverOf(wanted, TWO_YEARS)).toEqual({ ranges: [], unpacked: [], edges: [] });
});

test('a part of one hour is counted from the messages alone', () => {
  const wanted = period('2026-02-01T10:15:00.000Z', '2026-02-01T10:45:00.000Z');
  expect(coverOf(wanted, TWO_YEARS)).toEqual({ ranges: [], unpacked: [], edges: [wanted] });
});
