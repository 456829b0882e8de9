import { expect, test } from '@jest/globals';
import { decideByChance, decideTold, type Decision } from './decide.ts';
import { outcome as outcomeSchema } from './outcome.ts';

const OK: Decision = {
  accept: true,
  status: 200,
  delay_ms: 0,
  retry_after: null,
  code: null,
  detail: null,
  receipt: null,
};

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
  [{ drop: true }, { ...OK, accept: false, status: null }],
  [
    { status: 400, code: '21211', detail: 'Invalid' },
    { ...OK, accept: false, status: 400, code: '21211', detail: 'Invalid' },
  ],
  [{ receipt: 'none' }, { ...OK, receipt: { receipt: 'none' } }],
  [
    { receipt: 'failed', error_code: '30005' },
    { ...OK, receipt: { receipt: 'failed', error_code: '30005' } },
  ],
])('the outcome %j decides', (outcome, decision) => {
  expect(decideTold(outcomeSchema.parse(outcome))).toEqual(decision);
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
  { status: 400, code: '' },
  { status: 400, code: 'x'.repeat(65) },
  { status: 202, code: '21211' },
  { drop: false },
  { receipt: 'late' },
  { receipt: 'delivered', error_code: '30003' },
])('%j is no outcome', (outcome) => {
  expect(outcomeSchema.safeParse(outcome).success).toBe(false);
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
