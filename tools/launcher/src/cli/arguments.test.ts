import { describe, expect, test } from '@jest/globals';
import { parseCommand } from './arguments.ts';

const anywhere = { data: undefined, port: undefined, host: undefined };

describe('the command line', () => {
  test.each([
    ['', { name: 'start', ...anywhere, fresh: false }],
    ['start', { name: 'start', ...anywhere, fresh: false }],
    ['--port 9000', { name: 'start', ...anywhere, port: 9000, fresh: false }],
    [
      'start --port=9000 --data d --fresh',
      { name: 'start', ...anywhere, data: 'd', port: 9000, fresh: true },
    ],
    ['start --host 0.0.0.0', { name: 'start', ...anywhere, host: '0.0.0.0', fresh: false }],
    ['restart --host ::', { name: 'restart', ...anywhere, host: '::' }],
    ['stop --data d', { name: 'stop', data: 'd' }],
    ['restart --port 1', { name: 'restart', ...anywhere, port: 1 }],
    ['restart --help', { name: 'help', of: 'restart' }],
    ['start -h', { name: 'help', of: 'start' }],
  ])('`%s` is understood', (line, command) => {
    expect(parseCommand(line.split(' ').filter(Boolean))).toEqual(command);
  });

  test.each([
    ['begin', 'There is no command begin'],
    ['start --port', "Option '--port <value>' argument missing; see `npm start -- --help`"],
    ['start --port -1', "Option '--port' needs a value"],
    ['start --port abc', '--port needs a number from 1 to 65535, not "abc"'],
    ['start --port 0', '--port needs a number'],
    ['start --port 65536', '--port needs a number'],
    ['start --data=', '--data needs the name of a directory'],
    ['start --host=', '--host needs an address'],
    ['stop --host ::', '--host does not belong to stop'],
    ['start here', "Unexpected argument 'here'"],
    ['start --colour', "Unknown option '--colour'"],
    ['stop --port 1', '--port does not belong to stop'],
    ['restart --fresh', '--fresh does not belong to restart; see `npm run restart -- --help`'],
  ])('`%s` is refused in one line', (line, sentence) => {
    const parse = () => parseCommand(line.split(' '));
    expect(parse).toThrow(sentence);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'bad_usage', message: expect.not.stringContaining('\n') }),
    );
  });
});
