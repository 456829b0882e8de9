import { expect, test } from '@jest/globals';
import { parseMachineTime, readMachineTime, shareOfOthers } from './machine-time.ts';

test('the line of all processors is read, guests not twice', () => {
  const text = 'cpu  1000 100 500 4000 300 10 20 70 900 90\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n';
  expect(parseMachineTime(text)).toEqual({ busy: 17, all: 60 });
});

test('what is not ours is the others', () => {
  expect(shareOfOthers({ busy: 100, all: 1_000 }, { busy: 130, all: 1_040 }, 20)).toBe(0.25);
  expect(shareOfOthers({ busy: 100, all: 1_000 }, { busy: 119, all: 1_040 }, 20)).toBe(0);
  expect(shareOfOthers(null, { busy: 1, all: 2 }, 0)).toBeNull();
});

test('this machine is read, where it has a /proc', () => {
  const now = readMachineTime();
  expect(process.platform === 'linux' ? (now?.all ?? 0) > 0 : now === null).toBe(true);
});
