import { expect, test } from '@jest/globals';
import { judge, latenessOf } from './lateness.ts';

const due = new Map([
  ['a', 1_000],
  ['b', 1_000],
  ['c', 2_000],
]);

test('lateness is told of those that were seen', () => {
  const seen = new Map([
    ['a', 1_010],
    ['b', 1_500],
    ['x', 5],
  ]);
  expect(latenessOf(due, seen)).toEqual({ early: [], p50: 10, p99: 500, worst: 500, seen: 2 });
});

test('nothing seen is no lateness', () => {
  expect(latenessOf(due, new Map())).toEqual({ early: [], p50: null, p99: null, worst: null, seen: 0 });
});

test('what came before its time is named, however little that was', () => {
  const lateness = latenessOf(due, new Map([['c', 1_999]]));
  expect(judge('on the bus', lateness, 1_000)).toEqual([
    { what: 'on the bus before it was due', ids: ['c'] },
  ]);
});

test('what came too late is told, where that counts', () => {
  const lateness = latenessOf(due, new Map([['a', 2_001]]));
  expect(judge('on the bus', lateness, 1_000)).toEqual([
    { what: 'on the bus too late: p99 1001 ms, and not 1000 ms', ids: [] },
  ]);
  expect(judge('on the bus', lateness, null)).toEqual([]);
});
