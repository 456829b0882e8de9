import { expect, test } from '@jest/globals';
import { columns } from './stage.ts';

test('every column is as wide as its widest cell, the last one as it is', () => {
  const rows = [
    ['10:00', 'Ana', 'Hello'],
    ['10:01', 'Bloom', 'Good morning'],
  ];
  expect(columns(rows)).toEqual([
    { head: '10:00  Ana    ', last: 'Hello' },
    { head: '10:01  Bloom  ', last: 'Good morning' },
  ]);
  expect(columns([])).toEqual([]);
});
