import { expect, test } from '@jest/globals';
import { aMessage } from '@parley/testkit';
import fc from 'fast-check';
import { newRound } from './new-round.ts';
import type { Standing } from './standing.ts';

const ACCEPTED = Date.parse('2026-01-15T10:00:00.000Z');
const HOUR_MS = 3_600_000;
const instant = (epochMs: number): string => new Date(epochMs).toISOString();

function standing(message: { send_at?: number; validMs: number }): Standing {
  const from = Math.max(ACCEPTED, message.send_at ?? 0);
  return {
    message: {
      ...aMessage({ created_at: instant(ACCEPTED) }),
      send_at: message.send_at === undefined ? null : instant(message.send_at),
      expires_at: instant(from + message.validMs),
    },
    priority: 'normal',
    round_from: null,
    resends: 0,
    changed_at: instant(ACCEPTED),
    unknown_at: null,
    resolved: null,
    opted_out: false,
    calls: { made: 0, taken: false, unknown: false },
  };
}

test('a new round is valid as long as the message was at first, however many went before', () => {
  const times = fc.integer({ min: ACCEPTED, max: ACCEPTED + 1_000 * HOUR_MS });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 * HOUR_MS }),
      fc.option(times, { nil: undefined }),
      fc.array(times, { minLength: 1, maxLength: 5 }),
      (validMs, send_at, redriven) => {
        let now = standing({ validMs, ...(send_at !== undefined && { send_at }) });
        for (const from of redriven.toSorted((one, two) => one - two)) {
          const { round_from = null, ...move } = newRound(now, from);
          now = { ...now, round_from, message: { ...now.message, ...move } };
          expect(Date.parse(now.message.expires_at) - Date.parse(round_from ?? '')).toBe(validMs);
          expect(Date.parse(round_from ?? '')).toBe(Math.max(from, send_at ?? 0));
        }
        expect(now.message.round).toBe(1 + redriven.length);
      },
    ),
  );
});

test('a message whose time to be sent has not come is scheduled for it again', () => {
  const send_at = ACCEPTED + HOUR_MS;
  const before = standing({ send_at, validMs: HOUR_MS });
  expect(newRound(before, ACCEPTED + 1)).toMatchObject({ status: 'scheduled', round_from: instant(send_at) });
  expect(newRound(before, send_at)).toMatchObject({ status: 'queued' });
});

test('a `send_at` that was over at accept counts for nothing', () => {
  const before = standing({ send_at: ACCEPTED - HOUR_MS, validMs: HOUR_MS });
  expect(newRound(before, ACCEPTED + 10 * HOUR_MS)).toMatchObject({
    expires_at: instant(ACCEPTED + 11 * HOUR_MS),
  });
});
