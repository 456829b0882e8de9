import { describe, expect, test } from '@jest/globals';
import { restartDelay } from './restart-delay.ts';

describe('the wait before a process is started again', () => {
  test('doubles from one second to thirty', () => {
    const waits: number[] = [];
    for (let death = 0; death < 7; death += 1) {
      waits.push(restartDelay({ previousMs: waits.at(-1) ?? null, uptimeMs: 10 }));
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test('begins anew when the process had stayed up for a minute', () => {
    expect(restartDelay({ previousMs: 30_000, uptimeMs: 59_999 })).toBe(30_000);
    expect(restartDelay({ previousMs: 30_000, uptimeMs: 60_000 })).toBe(1000);
  });
});
