import { expect, test } from '@jest/globals';
import { lastWords } from './last-words.ts';

test.each([
  ['nothing', '', ''],
  [
    'the last error of a JSON log',
    '{"level":"fatal","msg":"cannot start"}\n{"level":"info","msg":"bye"}\n',
    'cannot start',
  ],
  ['the numeric levels of pino', '{"level":60,"msg":"gone"}\n{"level":30,"msg":"bye"}', 'gone'],
  [
    'every problem of a configuration',
    '{"level":"fatal","msg":"cannot start","problems":["PORT: no","X: no"]}',
    'cannot start: PORT: no; X: no',
  ],
  [
    'the error of a stack',
    'file.ts:1\n\nError: no such thing\n    at run (error.ts:1)\n\nNode.js v24',
    'Error: no such thing',
  ],
  ['the last line of anything else', 'one\ntwo\n', 'two'],
  ['a torn line as it is', '{"level":"fatal","ms', '{"level":"fatal","ms'],
])('of a log are %s', (_what, log, words) => {
  expect(lastWords(log)).toBe(words);
});

test('are never long', () => {
  expect(lastWords('x'.repeat(5000))).toHaveLength(300);
});
