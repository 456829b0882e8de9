import { expect, test } from '@jest/globals';
import { until } from './until.ts';

test('it gives what the condition gave, as soon as that is truthy', async () => {
  const values = [null, false, 'there'];
  expect(await until(() => values.shift(), { what: 'something is there' })).toBe('there');
});

test('a condition that throws does not hold yet', async () => {
  let asked = 0;
  const condition = () => {
    asked += 1;
    if (asked < 3) throw new Error('not yet');
    return asked;
  };
  expect(await until(condition, { what: 'it stops throwing' })).toBe(3);
});

test('it fails with what it waited for and what was thrown last', async () => {
  const condition = () => {
    throw new Error('still not');
  };
  const failure = until(condition, { timeoutMs: 5, what: 'it works' });
  await expect(failure).rejects.toThrow('waited 5 ms in vain until it works');
  await expect(failure).rejects.toMatchObject({ cause: { message: 'still not' } });
});
