import { expect, test } from '@jest/globals';
import { createAlarm } from './alarm.ts';

const NEVER = 2 ** 30;
const awake = new AbortController().signal;

test('an alarm wakes who sleeps', async () => {
  const alarm = createAlarm();
  const slept = alarm.sleep(NEVER, awake);
  alarm.ring();
  await expect(slept).resolves.toBeUndefined();
});

test('one that rang before keeps the next from falling asleep, once', async () => {
  const alarm = createAlarm();
  alarm.ring();
  alarm.ring();
  await alarm.sleep(NEVER, awake);
  const controller = new AbortController();
  const second = alarm.sleep(NEVER, controller.signal);
  controller.abort();
  await expect(second).resolves.toBeUndefined();
});

test('sleep ends by itself, and at once when everything stops', async () => {
  const alarm = createAlarm();
  await alarm.sleep(1, awake);
  await expect(alarm.sleep(NEVER, AbortSignal.abort())).resolves.toBeUndefined();
});
