import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classifyAnswer, type NotTaken } from './classify-answer.ts';

const outcomeOf = (status: number, body = '', notTaken: NotTaken = () => false) =>
  classifyAnswer({ status, headers: {}, body }, notTaken, 0);

test.each([
  '',
  'ok',
  'null',
  '[]',
  '{}',
  '{"id":1}',
  '{"id":""}',
  '{"id":"a\\u0000"}',
  `{"id":"${'x'.repeat(256)}"}`,
])('a success that answers %j may have been taken', (body) => {
  expect(outcomeOf(200, body)).toEqual({ kind: 'unknown', reason: 'no_message_id' });
});

test.each([500, 501, 502, 504, 599, 302])(
  '%i may have been taken unless the provider says otherwise',
  (status) => {
    expect(outcomeOf(status)).toEqual({ kind: 'unknown', reason: `http_${status}` });
    expect(outcomeOf(status, '', (code) => code === status)).toMatchObject({
      kind: 'unavailable',
      reason: `http_${status}`,
      connection_wide: false,
    });
  },
);

test('503 says that the whole provider is away', () => {
  expect(outcomeOf(503)).toMatchObject({ kind: 'unavailable', connection_wide: true });
});

test.each([
  ['', { code: 'http_404', detail: 'answered 404' }],
  ['<html>', { code: 'http_404', detail: 'answered 404' }],
  ['[1]', { code: 'http_404', detail: 'answered 404' }],
  ['{"code":30003,"message":"Unreachable"}', { code: '30003', detail: 'Unreachable' }],
  ['{"code":{},"detail":" ","title":"No route"}', { code: 'http_404', detail: 'No route' }],
  ['{"detail":"a\\u0000b"}', { code: 'http_404', detail: 'ab' }],
])('the refusal in %j keeps the words of the provider', (body, said) => {
  expect(outcomeOf(404, body)).toEqual({ kind: 'refused', ...said });
});

test('a refusal is bounded and can be stored, whatever the provider answers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (words) => {
      const outcome = outcomeOf(400, JSON.stringify({ code: words, detail: words }));
      if (outcome.kind !== 'refused') throw new Error(outcome.kind);
      expect(outcome.code.length).toBeLessThanOrEqual(64);
      expect(outcome.detail.length).toBeLessThanOrEqual(500);
      expect((outcome.code + outcome.detail).isWellFormed()).toBe(true);
      expect(outcome.code + outcome.detail).not.toContain('\0');
    }),
  );
});

test('any answer comes to one outcome', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 999 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
      expect(outcomeOf(status, body).kind).toMatch(/^(?:accepted|refused|throttled|unavailable|unknown)$/);
    }),
  );
});
