import { expect, test } from '@jest/globals';
import { sendTogether } from '@parley/chaos/due-together/send-together';
import { keysHonoured, keysIgnored } from '@parley/chaos/through-providers/part';
import { sendThrough } from '@parley/chaos/through-providers/send-through';
import { silent } from '@parley/trial/progress';
import { runningParley } from './running-parley.ts';

// What `npm run chaos` proves, but small.
const parley = runningParley();
const around = { progress: silent, patienceMs: 120_000 };

test('of messages that are due together none is early, and each is sent once', async () => {
  const appointment = { count: 500, seconds: 2, leadSeconds: 4, mostLateMs: null };
  const { findings, lines } = await sendTogether(parley.endpoint(), appointment, around);
  expect(findings).toEqual([]);
  for (const [, value] of lines) expect(value).toMatch(/^500 messages, /);
});

test.each([
  ['every message is sent once by providers that honour keys', keysHonoured],
  ['no message is sent twice by providers that ignore keys, and held are those broken off', keysIgnored],
])('on a bad day %s', async (_what, part) => {
  // More calls break off than on the command line, so that enough of so few do.
  const faults = { throttled: 0.1, failed: 0.05, broken: 0.05 };
  const severity = { seed: 7, rate: 100, seconds: 2, faults };
  const { findings, lines } = await sendThrough(parley.endpoint(), part, severity, around);
  expect(findings).toEqual([]);
  expect(lines).toContainEqual(['statistics', expect.stringMatching(/^[1-9]\d\d messages$/)]);
});
