import { expect, test } from '@jest/globals';
import { DEFAULT_DATA } from '../repository.ts';
import { stopCommand } from './stop-command.ts';

test.each([
  ['the default directory', DEFAULT_DATA, 'npm stop'],
  ['another directory', '/srv/parley', 'npm stop -- --data /srv/parley'],
  ['one that a shell would take apart', "/srv/it's here", String.raw`npm stop -- --data '/srv/it'\''s here'`],
])('the command that stops a Parley on %s can be pasted', (_what, data, command) => {
  expect(stopCommand(data)).toBe(command);
});
