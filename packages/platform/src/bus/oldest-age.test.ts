import { expect, test } from '@jest/globals';
import { createOldestAge } from './oldest-age.ts';

test('the oldest message is as old as the first look that saw it', () => {
  const age = createOldestAge();
  expect(age({ at: 0, last_seq: 5, settled_seq: 5, outstanding: 0 })).toBe(0);
  expect(age({ at: 1_000, last_seq: 8, settled_seq: 5, outstanding: 3 })).toBe(0);
  expect(age({ at: 4_000, last_seq: 9, settled_seq: 5, outstanding: 4 })).toBe(3);
  expect(age({ at: 5_000, last_seq: 9, settled_seq: 8, outstanding: 1 })).toBe(1);
  expect(age({ at: 6_000, last_seq: 9, settled_seq: 9, outstanding: 0 })).toBe(0);
});

test('what others take from the same stream makes nothing older', () => {
  const age = createOldestAge();
  age({ at: 0, last_seq: 5, settled_seq: 2, outstanding: 0 });
  expect(age({ at: 60_000, last_seq: 6, settled_seq: 2, outstanding: 0 })).toBe(0);
});

test('a stream that was made anew begins anew', () => {
  const age = createOldestAge();
  age({ at: 0, last_seq: 500, settled_seq: 100, outstanding: 400 });
  expect(age({ at: 1_000, last_seq: 3, settled_seq: 0, outstanding: 3 })).toBe(0);
  expect(age({ at: 3_000, last_seq: 4, settled_seq: 0, outstanding: 4 })).toBe(2);
});

test('it stays right, and small, however long nothing is settled', () => {
  const age = createOldestAge();
  const ages = Array.from({ length: 5_000 }, (_, second) =>
    age({ at: second * 1_000, last_seq: second + 1, settled_seq: 0, outstanding: second + 1 }),
  );
  expect(ages.at(-1)).toBe(4_999);
});
