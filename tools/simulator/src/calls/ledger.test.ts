import { expect, test } from '@jest/globals';
import { CallLog, type Call } from './call-log.ts';
import { Ledger } from './ledger.ts';
import { RecentMap } from './recent-map.ts';

const call: Call = {
  at: 0,
  connection: 'sms',
  idempotency_key: 'k',
  status: 200,
  from: 'a',
  to: 'b',
  list_unsubscribe: null,
  sent: true,
  accepted: true,
};

const anyone = { connection: null, from: null, to: null };

test('an accepted key is found again with the reference that it was given', () => {
  const ledger = new Ledger();
  const { reference } = ledger.take('sms', 'k1');
  expect(ledger.references('sms', 'k1')).toEqual([reference]);
  expect(ledger.references('sms', 'k2')).toEqual([]);
});

test('connections know nothing of each others keys', () => {
  const ledger = new Ledger();
  const { reference } = ledger.take('sms', 'k1');
  expect(ledger.references('sms-2', 'k1')).toEqual([]);
  expect(ledger.take('sms-2', 'k1').reference).not.toBe(reference);
  expect(ledger.counts()).toEqual({ calls: 0, accepted: 2, sent: 2 });
});

test('a key that is taken again is another message, sent and not accepted anew', () => {
  const ledger = new Ledger();
  const [one, two] = [ledger.take('sms', 'k1'), ledger.take('sms', 'k1')];
  expect([one.isFirst, two.isFirst]).toEqual([true, false]);
  expect(ledger.references('sms', 'k1')).toEqual([one.reference, two.reference]);
  expect(ledger.counts()).toEqual({ calls: 0, accepted: 1, sent: 2 });
});

test('of a key that is taken without end the first hundred messages are listed', () => {
  const ledger = new Ledger();
  const taken = Array.from({ length: 150 }, () => ledger.take('sms', 'k1').reference);
  expect(ledger.references('sms', 'k1')).toEqual(taken.slice(0, 100));
  expect(ledger.counts()).toMatchObject({ accepted: 1, sent: 150 });
});

test('without a key every message is a new one', () => {
  const ledger = new Ledger();
  const [one, two] = [ledger.take('sms', null), ledger.take('sms', null)];
  expect(one.reference).not.toBe(two.reference);
  expect(ledger.counts()).toMatchObject({ accepted: 2, sent: 2 });
});

test('two runs never give the same reference', () => {
  expect(new Ledger().take('sms', 'k').reference).not.toBe(new Ledger().take('sms', 'k').reference);
});

test('the latest calls are remembered, latest first, and all of them counted', () => {
  const ledger = new Ledger(new CallLog(3));
  for (let at = 1; at <= 5; at += 1) ledger.record({ ...call, at, to: at % 2 === 0 ? 'even' : 'odd' });
  const timesOf = (filter: object) => [...ledger.calls({ ...anyone, ...filter })].map(({ at }) => at);
  expect(timesOf({})).toEqual([5, 4, 3]);
  expect(timesOf({ to: 'odd' })).toEqual([5, 3]);
  expect(timesOf({ from: 'a', to: 'odd', connection: 'sms' })).toEqual([5, 3]);
  expect(timesOf({ from: 'b' })).toEqual([]);
  expect(timesOf({ to: 'odd', connection: 'mail' })).toEqual([]);
  expect(ledger.counts().calls).toBe(5);
});

test('the log holds a minute of a thousand calls a second, and much more', () => {
  const log = new CallLog();
  for (let at = 0; at < 60_000; at += 1) log.record({ ...call, at });
  expect([...log.select(anyone)]).toHaveLength(60_000);
});

test('a remembered call is whole', () => {
  const log = new CallLog();
  const dropped = { ...call, idempotency_key: null, status: null, sent: false, accepted: false };
  log.record(call);
  log.record(dropped);
  expect([...log.select({ ...anyone, connection: 'sms' })]).toEqual([dropped, call]);
});

test('of very many keys at least a generation of the latest is recognised, and no more than two are kept', () => {
  const keys = new RecentMap<number>(10);
  for (let key = 0; key < 35; key += 1) keys.set(`k${key}`, key);
  const known = Array.from({ length: 35 }, (_, key) => keys.get(`k${key}`)).filter(
    (key) => key !== undefined,
  );
  expect(known).toEqual(Array.from({ length: 15 }, (_, at) => 20 + at));
});
