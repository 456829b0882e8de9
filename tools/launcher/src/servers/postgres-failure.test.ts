import { expect, test } from '@jest/globals';
import { explainPostgresFailure } from './postgres-failure.ts';
import { parsePostmasterFile } from './postgres-status.ts';

const prefix = '2026-01-15 10:00:00.000 UTC [7] ';

test.each([
  ['port_in_use', `${prefix}LOG:  could not bind\n${prefix}FATAL:  could not create any TCP/IP sockets\n`],
  ['already_running', `${prefix}FATAL:  lock file "postmaster.pid" already exists\n`],
  ['not_ready', `${prefix}FATAL:  could not map anonymous shared memory: Cannot allocate memory\n`],
  ['broken_data_directory', `${prefix}PANIC:  could not locate a valid checkpoint record at 0/1\n`],
  ['broken_data_directory', 'postgres: could not find the database system\nExpected to find it in "x"\n'],
  ['not_ready', ''],
])('PostgreSQL’s last words become %s, in one line', (code, log) => {
  const exit = { code: 1, signal: null };
  const error = explainPostgresFailure({ cluster: '/c', port: 5, logFile: '/l', log, exit });
  expect(error.code).toBe(code);
  expect(error.message).not.toContain('\n');
});

test('a postmaster.pid is ready only when it says so', () => {
  const lines = ['123', '/data', '1700000000', '5433', '', '127.0.0.1', '  1 2', 'ready   ', ''];
  expect(parsePostmasterFile(lines.join('\n'))).toEqual({ pid: 123, port: 5433, ready: true });
  expect(parsePostmasterFile(lines.with(7, 'starting').join('\n'))).toMatchObject({ ready: false });
  expect(parsePostmasterFile('123\n/data')).toBeNull();
  expect(parsePostmasterFile('')).toBeNull();
});
