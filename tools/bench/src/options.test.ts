import { describe, expect, test } from '@jest/globals';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';

describe('the command line', () => {
  test('needs nothing', () => {
    expect(parseOptions([])).toEqual({
      name: 'run',
      json: false,
      options: {
        seconds: 20,
        warmUpSeconds: 5,
        connections: 64,
        rate: null,
        receipts: 'off',
        keys: false,
        profile: null,
      },
    });
  });

  test('may set everything', () => {
    const line = '--seconds 7.5 --connections=8 --rate 1000 --receipts on --keys --profile out --json';
    expect(parseOptions(line.split(' '))).toMatchObject({
      json: true,
      options: { seconds: 7.5, connections: 8, rate: 1000, receipts: 'on', keys: true, profile: 'out' },
    });
  });

  test('may ask how long lists take', () => {
    expect(parseOptions('--scenario search --messages 1000 --pages 5'.split(' '))).toEqual({
      name: 'search',
      json: false,
      options: { messages: 1_000, pages: 5, data: null },
    });
    expect(parseOptions('--scenario search --data filled'.split(' '))).toMatchObject({
      options: { data: 'filled' },
    });
  });

  test('may ask how long statistics take', () => {
    expect(parseOptions('--scenario stats --messages 1000 --json'.split(' '))).toEqual({
      name: 'stats',
      json: true,
      options: { messages: 1_000, data: null },
    });
  });

  test('may ask how soon what was accepted is read, at 500 messages a second unless said otherwise', () => {
    const options = { seconds: 20, connections: 64, rate: 500 };
    expect(parseOptions('--scenario follow'.split(' '))).toEqual({ name: 'follow', json: false, options });
    expect(parseOptions('--scenario follow --rate 50 --seconds 5'.split(' '))).toMatchObject({
      options: { seconds: 5, rate: 50 },
    });
  });

  test('is explained option by option', () => {
    for (const option of [
      'scenario',
      'messages',
      'pages',
      'data',
      'seconds',
      'connections',
      'rate',
      'receipts',
      'keys',
      'profile',
      'json',
    ])
      expect(HELP).toContain(`\n  --${option}`);
  });

  test('may ask for help', () => {
    expect(parseOptions(['--help'])).toEqual({ name: 'help' });
    expect(parseOptions(['-h', '--seconds', '3'])).toEqual({ name: 'help' });
  });

  test.each([
    ['--scenario dancing', '--scenario is sending, search, stats or follow, not "dancing".'],
    ['--scenario search --messages some', '--messages needs a whole number'],
    ['--seconds 0', '--seconds needs a number above 0 and not above 86400, not "0".'],
    ['--seconds ten', 'not "ten"'],
    ['--connections 1.5', '--connections needs a whole number'],
    ['--connections 100000', 'not above 10000'],
    ['--rate -5', 'see `npm run bench -- --help`'],
    ['--receipts maybe', '--receipts is on or off, not "maybe".'],
    ['--speed 5', "Unknown option '--speed'; see `npm run bench -- --help`."],
    ['fast', "Unexpected argument 'fast'"],
    ['--profile=', '--profile needs the name of a directory.'],
  ])('%s is refused with a sentence', (line, sentence) => {
    expect(() => parseOptions(line.split(' '))).toThrow(sentence);
  });
});
