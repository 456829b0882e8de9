import { expect, test } from '@jest/globals';
import { AcceptedKeys } from './accepted-keys.ts';
import { CallLog, type Call } from './call-log.ts';
import { Ledger } from './ledger.ts';

const call: Call = {
  at: 0,
  connection: 'sms',
  idempotency_key: 'k',
  status: 200,
  from: 'a',
  to: 'b',
  accepted: true,
};

test('an accepted key is found again with the reference that it was given', () => {
  const ledger = new Ledger();
  const reference = ledger.accept('sms', 'k1');
  expect(ledger.find('sms', 'k1')).toBe(reference);
  expect(ledger.find('sms', 'k2')).toBeNull();
});

test('connections know nothing of each others keys', () => {
  const ledger = new Ledger();
  const reference = ledger.accept('sms', 'k1');
  expect(ledger.find('sms-2', 'k1')).toBeNull();
  expect(ledger.accept('sms-2', 'k1')).not.toBe(reference);
  expect(ledger.counts()).toEqual({ calls: 0, accepted: 2 });
});

test('without a key every message is a new one', () => {
  const ledger = new Ledger();
  expect(ledger.accept('sms', null)).not.toBe(ledger.accept('sms', null));
  expect(ledger.find('sms', null)).toBeNull();
});

test('two runs never give the same reference', () => {
  expect(new Ledger().accept('sms', 'k')).not.toBe(new Ledger().accept('sms', 'k'));
});

test('the latest calls are remembered, oldest first, and all of them counted', () => {
  const ledger = new Ledger(new CallLog(3));
  for (let at = 1; at <= 5; at += 1) ledger.record({ ...call, at, to: at % 2 === 0 ? 'even' : 'odd' });
  expect([...ledger.calls(null, null)].map(({ at }) => at)).toEqual([3, 4, 5]);
  expect([...ledger.calls('odd', null)].map(({ at }) => at)).toEqual([3, 5]);
  expect([...ledger.calls('odd', 'mail')]).toEqual([]);
  expect(ledger.counts().calls).toBe(5);
});

test('a remembered call is whole', () => {
  const log = new CallLog();
  const dropped = { ...call, idempotency_key: null, status: null, accepted: false };
  log.record(call);
  log.record(dropped);
  expect([...log.select(null, 'sms')]).toEqual([call, dropped]);
});

test('of very many keys at least a generation of the latest is recognised, and no more than two are kept', () => {
  const keys = new AcceptedKeys(10);
  for (let key = 0; key < 35; key += 1) keys.set(`k${key}`, key);
  const known = Array.from({ length: 35 }, (_, key) => keys.get(`k${key}`)).filter(
    (key) => key !== undefined,
  );
  expect(known).toEqual(Array.from({ length: 15 }, (_, at) => 20 + at));
});
