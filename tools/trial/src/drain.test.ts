import { expect, test } from '@jest/globals';
import { drain } from './drain.ts';

test('goes on, also through looks that fail, until nothing is left', async () => {
  const looks = [{ left: 9 }, new Error('away'), { left: 1 }, { left: 0 }];
  const seen: number[] = [];
  const look = async () => {
    const next = looks.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error('one look too many');
    return next;
  };
  const drained = await drain({ look, seen: ({ left }) => seen.push(left) });
  expect(drained).toMatchObject({ complete: true, latest: { left: 0 } });
  expect(seen).toEqual([9, 9, 1, 0]);
  expect(looks).toEqual([]);
});

test('gives up when nothing moves any more, and says what it saw', async () => {
  const drained = await drain({ look: async () => ({ left: 1 }), seen: () => {}, patienceMs: 150 });
  expect(drained).toMatchObject({ complete: false, latest: { left: 1 } });
});

test('gives up when it can see nothing', async () => {
  const look = () => Promise.reject(new Error('away'));
  expect(await drain({ look, seen: () => {}, patienceMs: 0 })).toMatchObject({
    complete: false,
    latest: null,
  });
});

test('ends at once when aborted', async () => {
  const signal = AbortSignal.timeout(20);
  await expect(drain({ look: async () => ({ left: 1 }), seen: () => {}, signal })).rejects.toThrow('abort');
});
