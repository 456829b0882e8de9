import { expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { message } from '@parley/contracts/message';
import { makeMessage } from './make-message.ts';

const place = { account_id: accountId.parse('acme'), at: Date.parse('2026-01-15T10:00:00Z') };

/** Numbers that look like chance and are always the same (a linear congruential generator). */
function chance(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return state / 0x80_00_00_00;
  };
}

const made = Array.from(
  { length: 2_000 },
  (
    (random) => () =>
      makeMessage(random, place)
  )(chance()),
);

test('every message is one as its owner would tell it', () => {
  for (const one of made) expect(message.parse(one)).toEqual(one);
});

test('there is something of everything, and ids of providers are never given twice', () => {
  expect(new Set(made.map(({ type }) => type)).size).toBe(3);
  expect(new Set(made.map(({ direction }) => direction)).size).toBe(2);
  expect(new Set(made.map(({ status }) => status)).size).toBeGreaterThan(5);
  const names = made.flatMap(({ provider_message_id }) => provider_message_id ?? []);
  expect(new Set(names).size).toBe(names.length);
});

test('what was not sent has no time at which it was', () => {
  const unsent = made.filter(({ status }) => ['failed', 'expired', 'canceled'].includes(status));
  expect(unsent.length).toBeGreaterThan(0);
  expect(unsent.flatMap(({ sent_at, provider_message_id }) => sent_at ?? provider_message_id ?? [])).toEqual(
    [],
  );
});
