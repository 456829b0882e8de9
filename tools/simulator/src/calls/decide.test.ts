import { expect, test } from '@jest/globals';
import { decideByChance, decideScripted, type Decision } from './decide.ts';
import { scriptedOutcome } from './scripts.ts';

const OK: Decision = { accept: true, status: 200, delay_ms: 0, retry_after: null };

test.each<[unknown, Decision]>([
  [{ status: 200 }, OK],
  [{ status: 202 }, { ...OK, status: 202 }],
  [
    { status: 429, retry_after: 2 },
    { ...OK, accept: false, status: 429, retry_after: '2' },
  ],
  [{ status: 429 }, { ...OK, accept: false, status: 429 }],
  [
    { status: 503, retry_after: 'soon' },
    { ...OK, accept: false, status: 503, retry_after: 'soon' },
  ],
  [{ status: 500 }, { ...OK, accept: false, status: 500 }],
  [{ status: 302 }, { ...OK, accept: false, status: 302 }],
  [{ status: 422 }, { ...OK, accept: false, status: 422 }],
  [{ delay_ms: 30 }, { ...OK, delay_ms: 30 }],
  [{ accept_then_drop: true }, { ...OK, status: null }],
])('the script %j decides', (outcome, decision) => {
  expect(decideScripted(scriptedOutcome.parse(outcome))).toEqual(decision);
});

test.each([
  {},
  { status: 100 },
  { status: 204 },
  { status: 600 },
  { status: '500' },
  { delay_ms: -1 },
  { delay_ms: 1, status: 500 },
  { accept_then_drop: false },
  { status: 429, retry_after: -1 },
  { status: 429, retry_after: 'two\r\nlines' },
  { status: 500, reason: 'x' },
])('%j is no outcome', (outcome) => {
  expect(scriptedOutcome.safeParse(outcome).success).toBe(false);
});

test.each([
  ['none', OK],
  ['throttle', { ...OK, accept: false, status: 429, retry_after: '1' }],
  ['fail', { ...OK, accept: false, status: 500 }],
  ['drop', { ...OK, status: null }],
] as const)('the fault %s decides, and latency delays it', (fault, decision) => {
  expect(decideByChance(fault, 0)).toEqual(decision);
  expect(decideByChance(fault, 25)).toEqual({ ...decision, delay_ms: 25 });
});
