import { expect, test } from '@jest/globals';
import { wrap } from './wrap.ts';

test.each([
  ['what fits stays as it is', 'one  two', 10, ['one  two']],
  ['what does not goes on below', 'one two three', 7, ['one two', 'three']],
  ['several lines', 'a b c d e', 3, ['a b', 'c d', 'e']],
  [
    'a word that is too wide',
    'one https://a.very.long/one two',
    5,
    ['one', 'https://a.very.long/one', 'two'],
  ],
  ['nothing', '', 10, ['']],
  ['however wide', 'one two', Infinity, ['one two']],
])('%s', (_, text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});
