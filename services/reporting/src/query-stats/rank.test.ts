import { expect, test } from '@jest/globals';
import { addToPack } from '../packed-counts.ts';
import { addUp, findLeaders, inOrder } from './rank.ts';

const pack = (sign: number, ...counts: [number, number][]) => ({ sign, ...addToPack(null, new Map(counts)) });

test('packs are added up and subtracted, number by number', () => {
  expect([...addUp([pack(1, [0, 5], [3, 7]), pack(-1, [0, 5], [3, 2]), pack(1, [1, 1])], 4)]).toEqual([
    0, 1, 0, 5, 0,
  ]);
  expect([...addUp([], -1)]).toEqual([]);
});

test.each([
  ['the busiest', [9, 3, 8, 5], 2, { senders: 4, least: 8, above: [0], level: [2] }],
  [
    'all who are as busy as the last',
    [4, 9, 4, 1, 4],
    2,
    { senders: 5, least: 4, above: [1], level: [0, 2, 4] },
  ],
  ['everybody where there are too few', [0, 3, 0, 1], 3, { senders: 2, least: 0, above: [1, 3], level: [] }],
  ['everybody where there are just enough', [2, 1], 2, { senders: 2, least: 1, above: [0], level: [1] }],
  ['nobody where there is nobody', [0, 0], 3, { senders: 0, least: 0, above: [], level: [] }],
])('found are %s', (_, totals, top, leaders) => {
  expect(findLeaders(Float64Array.from(totals), [], top)).toEqual(leaders);
});

test('who has no number yet takes a place', () => {
  const unnumbered = [
    { sender: 'b', count: 6 },
    { sender: 'a', count: 1 },
  ];
  const found = findLeaders(Float64Array.from([5, 7]), unnumbered, 2);
  expect(found).toEqual({ senders: 4, least: 6, above: [1], level: [] });
});

test('equally busy senders are in the order of their bytes', () => {
  const named = ['\u{1f600}', '\uff5e', 'b', 'a'].map((sender) => ({ sender, count: 1 }));
  const busy = { sender: 'z', count: 2 };
  expect([...named, busy].toSorted(inOrder).map(({ sender }) => sender)).toEqual([
    'z',
    'a',
    'b',
    '\uff5e',
    '\u{1f600}',
  ]);
});
