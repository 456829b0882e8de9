import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { outcome } from '../calls/outcome.ts';
import { Magic } from './magic.ts';
import { MAGIC_RECIPIENTS } from './recipients.ts';

const REFUSED = '+15005550001';
const THROTTLED_ONCE = '+15005550429';

test('an ordinary recipient has no magic', () => {
  expect(new Magic().play('sms', '+14155550101', 'k1')).toBeNull();
});

test('some meet every call, however often', () => {
  const magic = new Magic();
  const outcomes = [1, 2, 3].map(() => magic.play('sms', REFUSED, 'k1'));
  expect(outcomes).toEqual([1, 2, 3].map(() => ({ status: 400, code: '21211', detail: expect.any(String) })));
});

test('some meet the first call for each message and leave its repetitions alone', () => {
  const magic = new Magic();
  const throttled = { status: 429, retry_after: 2 };
  const play = (connection: string, key: string | null) => magic.play(connection, THROTTLED_ONCE, key);
  expect([play('sms', 'k1'), play('sms', 'k1'), play('sms', 'k1')]).toEqual([throttled, null, null]);
  expect([play('sms', 'k2'), play('sms-2', 'k1')]).toEqual([throttled, throttled]);
  expect([play('sms', null), play('sms', null)]).toEqual([throttled, throttled]);
});

test('mailboxes are known in any case', () => {
  expect(new Magic().play('mail', 'Bounce@Simulator.test', 'k1')).toEqual({
    receipt: 'failed',
    error_code: '5.1.1',
  });
});

test.each([...MAGIC_RECIPIENTS])('%s plays what could be told', (_, magic) => {
  expect(outcome.parse(magic.outcome)).toEqual(magic.outcome);
});

test('the documentation lists every one of them', () => {
  const page = readFileSync(new URL('../../../../docs/simulator.md', import.meta.url), 'utf8');
  const missing = [...MAGIC_RECIPIENTS.keys()].filter((recipient) => !page.includes(`\`${recipient}\``));
  expect(missing).toEqual([]);
});
