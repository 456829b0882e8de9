import { expect, test } from '@jest/globals';
import { createMetrics } from '@parley/platform/runtime';
import type { Move } from './decide.ts';
import { sentMeasure } from './measure-sent.ts';

const ago = (s: number): string => new Date(Date.now() - s * 1_000).toISOString();
const standing = { attempts_spent: 0, pause: null, wait: null };
const SENT: Move = {
  ...standing,
  status: 'sent',
  status_reason: null,
  provider_message_id: 'p-1',
  sent_at: ago(0),
};
const FAILED: Move = {
  ...standing,
  status: 'failed',
  status_reason: '21211',
  provider_message_id: null,
  sent_at: null,
};

/** How many messages were measured, and how many of them took no more than 30 s, of one that was accepted 100 s ago. */
async function measured(overrides: { round?: number; send_at?: string | null }, move: Move) {
  const metrics = createMetrics('test');
  sentMeasure(metrics)(
    { type: 'sms', round: 1, created_at: ago(100), send_at: null, ...overrides },
    { move },
  );
  const { body } = await metrics.expose();
  const value = (name: string) => Number(new RegExp(`${name}.* (\\d+)$`, 'm').exec(body)?.[1] ?? 0);
  return [value('message_sent_seconds_count'), value('message_sent_seconds_bucket\\{le="30"')];
}

test('what is measured begins with the accept', async () => {
  expect(await measured({}, SENT)).toEqual([1, 0]);
});

test('of a message for later it begins when it could be sent', async () => {
  expect(await measured({ send_at: ago(5) }, SENT)).toEqual([1, 1]);
});

test.each<[string, object, Move]>([
  ['that is not sent', {}, FAILED],
  ['that is sent anew on demand', { round: 2 }, SENT],
])('a message %s is not measured', async (_, overrides, move) => {
  expect(await measured(overrides, move)).toEqual([0, 0]);
});
