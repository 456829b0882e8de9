import { describe, expect, test } from '@jest/globals';
import { firstFound } from './decide.ts';

const has = Promise.resolve('it');
const hasNot = Promise.resolve(null);
const isDown = () => Promise.reject(new Error('down'));
const never = new Promise<string | null>(() => {});

describe('what several owners are asked for', () => {
  test('is there as soon as one has it', async () => {
    expect(await firstFound([has, hasNot])).toBe('it');
    expect(await firstFound([never, has])).toBe('it');
  });

  test('is there although another owner is down', async () => {
    expect(await firstFound([isDown(), has])).toBe('it');
  });

  test('is nowhere when everyone has answered', async () => {
    expect(await firstFound([hasNot, hasNot])).toBeNull();
  });

  test('is not known when one that could have it is down', async () => {
    await expect(firstFound([hasNot, isDown()])).rejects.toThrow('down');
    await expect(firstFound([isDown(), isDown()])).rejects.toThrow('down');
  });
});
