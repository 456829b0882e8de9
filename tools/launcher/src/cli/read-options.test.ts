import { describe, expect, test } from '@jest/globals';
import { readArguments, readOptions } from './read-options.ts';

const OPTIONS = { seconds: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

describe('options', () => {
  test('are read, and what they do not give is their default', () => {
    expect(readOptions('npm run bench', ['--seconds', '5'], OPTIONS)).toEqual({ seconds: '5', json: false });
  });

  test.each([
    ['--bogus', "Unknown option '--bogus'"],
    ['extra', "Unexpected argument 'extra'"],
    ['--seconds', "Option '--seconds <value>' argument missing"],
    [
      '--seconds -1',
      "Option '--seconds' needs a value; one that begins with a dash is given as '--seconds=-…'",
    ],
    ['--json=no', "Option '--json' does not take an argument"],
  ])('`%s` is refused in one line that names the help', (line, why) => {
    expect(() => readOptions('npm run bench', line.split(' '), OPTIONS)).toThrow(
      expect.objectContaining({ code: 'bad_usage', message: `${why}; see \`npm run bench -- --help\`.` }),
    );
  });
});

test('what is no option is given besides where a command takes it', () => {
  const { values, positionals } = readArguments('npm run sign', ['a', '--json', '-'], OPTIONS);
  expect({ json: values.json, positionals }).toEqual({ json: true, positionals: ['a', '-'] });
});
