import { expect, test } from '@jest/globals';
import { Scripts } from './scripts.ts';

const status = (code: number) => ({ status: code });

test('outcomes are taken one per call in their order, and then there are none', () => {
  const scripts = new Scripts();
  scripts.add({ connection: null, to: '+1', outcomes: [status(500), status(429)] });
  scripts.add({ connection: null, to: '+1', outcomes: [status(400)] });
  expect([1, 2, 3, 4].map(() => scripts.take('sms', '+1'))).toEqual([
    status(500),
    status(429),
    status(400),
    null,
  ]);
});

test('a script is for its recipient, spelled as it is sent to the provider', () => {
  const scripts = new Scripts();
  scripts.add({ connection: null, to: '+14155550100', outcomes: [status(500)] });
  expect(scripts.take('sms', '14155550100')).toBeNull();
  expect(scripts.take('sms', '+14155550100')).toEqual(status(500));
});

test('a script for a connection waits for calls through that connection', () => {
  const scripts = new Scripts();
  scripts.add({ connection: 'sms', to: '+1', outcomes: [status(500)] });
  scripts.add({ connection: null, to: '+1', outcomes: [status(400)] });
  expect(scripts.take('sms-2', '+1')).toEqual(status(400));
  expect(scripts.take('sms-2', '+1')).toBeNull();
  expect(scripts.take('sms', '+1')).toEqual(status(500));
});

test('too many outcomes are refused as a whole, and there is room again when calls have taken some', () => {
  const scripts = new Scripts();
  const script = { connection: null, to: '+1', outcomes: Array.from({ length: 60_000 }, () => status(500)) };
  expect(scripts.add(script)).toBe(true);
  expect(scripts.add({ ...script, to: '+2' })).toBe(false);
  expect(scripts.take('sms', '+2')).toBeNull();
  for (let call = 0; call < 20_000; call += 1) scripts.take('sms', '+1');
  expect(scripts.add({ ...script, to: '+2' })).toBe(true);
});
