import { expect, test } from '@jest/globals';
import { progressBar } from './progress-bar.ts';
import { parseOptions } from './options.ts';

test('a command line says how many, for whom and over how long', () => {
  expect(parseOptions('--messages 5 --account acme --days 7'.split(' '))).toMatchObject({
    messages: 5,
    account_id: 'acme',
    days: 7,
  });
  expect(parseOptions(['--help'])).toBeNull();
});

test.each([
  ['', '--messages says how many'],
  ['--messages 0', '--messages needs a whole number above 0'],
  ['--messages 5 --days 9999', '--days needs'],
  ['--messages 5 --account=', '--account needs an id'],
  ['--message 5', "Unknown option '--message'"],
])('"%s" is refused with a sentence', (line, sentence) => {
  expect(() => parseOptions(line === '' ? [] : line.split(' '))).toThrow(sentence);
});

test('the bar tells how far it is and how long it may take', () => {
  expect(progressBar(500, 1_000, 1_000)).toBe(
    '███████████████░░░░░░░░░░░░░░░ 50 %  500 of 1,000, 500/s, 1 s left',
  );
  expect(progressBar(0, 1_000, 0)).toBe('░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  0 of 1,000, 0/s');
});
