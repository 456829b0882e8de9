import { describe, expect, test } from '@jest/globals';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';

describe('the command line', () => {
  test('names a scenario, and needs nothing else', () => {
    expect(parseOptions(['--scenario', 'providers'])).toEqual({
      name: 'run',
      options: { scenario: 'providers', seed: 1, seconds: null, rate: null, backlog: 200_000, data: null },
    });
  });

  test('may set everything', () => {
    const line = '--scenario unknowns --seed 42 --seconds 7.5 --rate=1000 --backlog 5000 --data out';
    expect(parseOptions(line.split(' '))).toMatchObject({
      options: { scenario: 'unknowns', seed: 42, seconds: 7.5, rate: 1000, backlog: 5_000, data: 'out' },
    });
  });

  test('is explained option by option', () => {
    for (const option of ['scenario', 'seed', 'seconds', 'rate', 'backlog', 'data', 'help'])
      expect(HELP).toContain(`\n  --${option}`);
  });

  test('may ask for help', () => {
    expect(parseOptions(['--help'])).toEqual({ name: 'help' });
    expect(parseOptions(['-h', '--scenario', 'what'])).toEqual({ name: 'help' });
  });

  test.each([
    ['', 'Say which scenario: --scenario providers|'],
    ['--scenario storms', 'There is no scenario "storms": --scenario providers|'],
    ['--scenario providers --seed -1', 'see `npm run chaos -- --help`'],
    ['--scenario providers --seed 1.5', '--seed needs a whole number from 0 on, not "1.5".'],
    ['--scenario providers --seconds 0', '--seconds needs a number above 0'],
    ['--scenario providers --rate 1e9', 'not "1e9"'],
    ['--scenario providers --data=', '--data needs the name of a directory.'],
    ['--scenario providers --speed 5', "Unknown option '--speed'; see `npm run chaos -- --help`."],
  ])('"%s" is refused with a sentence', (line, sentence) => {
    expect(() => parseOptions(line.split(' ').filter((word) => word !== ''))).toThrow(sentence);
  });
});
