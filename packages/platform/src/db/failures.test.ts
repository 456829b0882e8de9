import { describe, expect, test } from '@jest/globals';
import { Unavailable } from '../runtime/unavailable.ts';
import { asUnavailable, available, brokenUnique, isDataError, isRetryable, sqlState } from './failures.ts';

const failed = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {});

describe('the database itself is the trouble', () => {
  test.each([
    ['refuses the connection', failed('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED')],
    ['refuses it on every address', Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })],
    ['resets the connection', failed('read ECONNRESET', 'ECONNRESET')],
    ['is written to after it closed', failed('write EPIPE', 'EPIPE')],
    ['cannot be found', failed('getaddrinfo ENOTFOUND db', 'ENOTFOUND')],
    ['cannot be reached', failed('connect EHOSTUNREACH 10.0.0.1:5432', 'EHOSTUNREACH')],
    ['ended the connection', failed('Connection terminated unexpectedly')],
    ['does not let in in time', failed('timeout exceeded when trying to connect')],
    ['does not answer at all', failed('Connection terminated due to connection timeout')],
    ['was lost before', failed('Client has encountered a connection error and is not queryable')],
    ['is closed by us', failed('Cannot use a pool after calling end on the pool')],
    ['shuts down', failed('terminating connection due to administrator command', '57P01')],
    ['starts up', failed('the database system is starting up', '57P03')],
    ['has no room', failed('sorry, too many clients already', '53300')],
    ['takes too long', failed('canceling statement due to statement timeout', '57014')],
    [
      'waited for us for too long',
      failed('terminating connection due to idle-in-transaction timeout', '25P03'),
    ],
    ['finds a deadlock every time', failed('deadlock detected', '40P01')],
    ['cannot serialize it every time', failed('could not serialize access', '40001')],
  ])('when it %s', (_, error) => {
    expect(asUnavailable(error)).toBeInstanceOf(Unavailable);
    expect(asUnavailable(error)).toMatchObject({ cause: error });
  });
});

describe('something else is the trouble, and stays what it is', () => {
  class OwnError extends Error {
    override readonly name = 'OwnError';
  }
  test.each([
    ['a violated constraint', failed('duplicate key value', '23505')],
    ['a wrong statement', failed('syntax error', '42601')],
    ['an error of a caller, even if its words sound alike', new OwnError('the account is closed: timeout')],
    ['a fault of ours, even if its words sound alike', new TypeError('the queue has ended')],
    ['something that is no error', 'terminated'],
    ['an error that is known already', new Unavailable('no bus')],
  ])('%s', (_, error) => {
    expect(asUnavailable(error)).toBe(error);
  });
});

test('a statement settles as it does, but for a database that is away', async () => {
  expect(await available(Promise.resolve('row'))).toBe('row');
  const [down, wrong] = [failed('shutting down', '57P01'), failed('syntax error', '42601')];
  await expect(available(Promise.reject(down))).rejects.toMatchObject({ name: 'Unavailable', cause: down });
  await expect(available(Promise.reject(wrong))).rejects.toBe(wrong);
});

test('an SQLSTATE is told from the codes of the operating system', () => {
  expect(sqlState(failed('duplicate key', '23505'))).toBe('23505');
  expect(sqlState(failed('write EPIPE', 'EPIPE'))).toBeNull();
  expect(sqlState('23505')).toBeNull();
});

test('deadlocks and serialization failures may be tried again, nothing else', () => {
  expect(['40P01', '40001', '23505', '57P01'].map((code) => isRetryable(failed('x', code)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('bad values and violated constraints are the fault of a row', () => {
  expect(['22P02', '23505', '23514', '40P01', '57014'].map((code) => isDataError(failed('x', code)))).toEqual(
    [true, true, true, false, false],
  );
});

test('a unique index that is in the way is named, and nothing else is', () => {
  const broken = Object.assign(failed('duplicate key', '23505'), { constraint: 'user_email' });
  expect(brokenUnique(broken)).toBe('user_email');
  expect(brokenUnique(Object.assign(failed('null value', '23502'), { constraint: 'user_email' }))).toBeNull();
  expect(brokenUnique(failed('duplicate key', '23505'))).toBeNull();
  expect(brokenUnique('23505')).toBeNull();
});
