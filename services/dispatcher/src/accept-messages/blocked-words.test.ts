import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blockedWordFinder } from './blocked-words.ts';

const find = blockedWordFinder(['STOP']);

test.each([
  ['STOP', 'STOP'],
  ['please stop.', 'stop'],
  ['Stop', 'Stop'],
  ['non-stop', 'stop'],
  ['«stop»', 'stop'],
  ['stop\n', 'stop'],
  ['👍stop👍', 'stop'],
  ["stop's", 'stop'],
])('%j contains the whole word', (text, word) => {
  expect(find(text)).toBe(word);
});

test.each([
  'stopped',
  'nonstop',
  'STOP2',
  '2stop',
  'stop_it',
  'стоп',
  'éstop',
  'stopé',
  'stope\u0301',
  'stop\u0301',
  'S T O P',
  '',
])('%j does not', (text) => {
  expect(find(text)).toBeNull();
});

test('letters of any script count as one word with their marks, composed or not', () => {
  const finder = blockedWordFinder(['ARRÊT', 'стоп']);
  expect(finder('arrêt')).toBe('arrêt');
  expect(finder('ARRE\u0302T'.normalize('NFD'))).toBe('ARRÊT');
  expect(finder('Стоп!')).toBe('Стоп');
  expect(finder('стопа')).toBeNull();
});

test('a word is taken as it is written, whatever it means in a pattern', () => {
  const finder = blockedWordFinder(['a.c', '$$$', '(x|y)', 'c++', '[a-z]', 'a/b']);
  expect(finder('abc')).toBeNull();
  expect(finder('x')).toBeNull();
  for (const word of ['a.c', '$$$', '(x|y)', 'c++', '[a-z]', 'a/b']) expect(finder(`- ${word} -`)).toBe(word);
});

test('no words, or empty ones, block nothing', () => {
  expect(blockedWordFinder([])('stop')).toBeNull();
  expect(blockedWordFinder(['', ' '])('stop')).toBeNull();
});

test('any list of words makes a search that ends and finds each of them alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 5 }),
      (words) => {
        const finder = blockedWordFinder(words);
        for (const word of words) expect(finder(word) !== null || word.trim() === '').toBe(true);
      },
    ),
  );
});
