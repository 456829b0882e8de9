import { describe, expect, test } from '@jest/globals';
import { QueueFull } from '../runtime/batcher.ts';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { Undecodable } from './envelope.ts';
import { verdictOf } from './verdict.ts';

describe('a message whose handler threw', () => {
  test.each([
    [
      'cannot be read',
      new Undecodable('is not JSON'),
      1,
      { verdict: 'reject', reason: 'cannot be read: is not JSON' },
    ],
    [
      'met a database that is down',
      new Unavailable('down'),
      1,
      { verdict: 'retry', after_ms: 1_000, reason: 'down' },
    ],
    [
      'met it again and again',
      new Unavailable('down'),
      9_999,
      { verdict: 'retry', after_ms: 1_000, reason: 'down' },
    ],
    ...['40P01', '40001', '25P03', '57014'].map(
      (code) =>
        [
          `met trouble of the database that passes (${code})`,
          Object.assign(new Error('again'), { code }),
          9_999,
          { verdict: 'retry', after_ms: 1_000, reason: 'again' },
        ] as const,
    ),
    [
      'may be half done',
      new OutcomeUnknown('late'),
      9_999,
      { verdict: 'retry', after_ms: 1_000, reason: 'late' },
    ],
    ['met a full queue', new QueueFull('full'), 9_999, { verdict: 'retry', after_ms: 1_000, reason: 'full' }],
    ['fails by itself', new Error('bug'), 1, { verdict: 'retry', after_ms: 400, reason: 'bug' }],
    ['fails again', new Error('bug'), 2, { verdict: 'retry', after_ms: 800, reason: 'bug' }],
    ['fails for the ninth time', new Error('bug'), 9, { verdict: 'retry', after_ms: 5_000, reason: 'bug' }],
    ['fails for the tenth time', new Error('bug'), 10, { verdict: 'reject', reason: 'bug' }],
    ['threw no error', 'bug', 10, { verdict: 'reject', reason: 'bug' }],
  ])('because it %s', (...[, error, deliveries, verdict]) => {
    expect(verdictOf(error, deliveries)).toEqual(verdict);
  });
});
