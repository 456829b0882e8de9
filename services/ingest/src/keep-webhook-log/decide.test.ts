import { expect, test } from '@jest/globals';
import { daysToDo } from './decide.ts';

const NOW = Date.parse('2026-02-27T23:59:59.999Z');

test('a week ahead is made, what is there is left alone', () => {
  expect(daysToDo(['2026-02-27', '2026-03-01'], NOW, 30).missing).toEqual([
    '2026-02-28',
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
    '2026-03-05',
    '2026-03-06',
  ]);
});

test('a day is dropped when all of it is older than what is kept', () => {
  const days = ['2025-12-31', '2026-01-27', '2026-01-28', '2026-02-27'];
  expect(daysToDo(days, NOW, 30)).toMatchObject({
    expired: ['2025-12-31', '2026-01-27'],
    keptFrom: '2026-01-28T00:00:00.000Z',
  });
});
