import { expect, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import { createIdSet } from './id-set.ts';

test('a set of ids has those that were added, once each, and no others', () => {
  const [ids, others] = [5_000, 5_000].map((length) => Array.from({ length }, () => newMessageId()));
  const set = createIdSet();
  for (const id of [...(ids ?? []), ...(ids ?? [])]) set.add(id);
  expect(set.size).toBe(5_000);
  expect(ids?.every((id) => set.has(id))).toBe(true);
  expect(others?.some((id) => set.has(id))).toBe(false);
});
