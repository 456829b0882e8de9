import { describe, expect, test } from '@jest/globals';
import type { Ledgers, ProviderCall } from './ledgers.ts';
import { reconcile } from './reconcile.ts';
import type { Promised } from './reconcile.ts';

const reported: Promised = { receipts: true, held: 'any' };
const unreported: Promised = { receipts: false, held: 'broken' };
const killed: Promised = { receipts: false, held: 'broken and more' };

const at = 0;
const sent = (message: string): ProviderCall => ({ at, message, status: 200, sent: true });
const refused = (message: string): ProviderCall => ({ at, message, status: 429, sent: false });
const broken = (message: string): ProviderCall => ({ at, message, status: null, sent: true });
const stored = (id: string, status: string, status_reason: string | null = null) => ({
  id,
  status,
  status_reason,
});

const good: Ledgers = {
  answered: ['a', 'b'],
  unanswered: 0,
  stored: [stored('a', 'delivered'), stored('b', 'undelivered')],
  calls: [refused('a'), sent('a'), sent('b')],
  counted: 2,
};

const held: Ledgers = {
  answered: ['a', 'b', 'c'],
  unanswered: 0,
  stored: [stored('a', 'sent'), stored('b', 'sending', 'outcome_unknown'), stored('c', 'failed', 'rejected')],
  calls: [sent('a'), broken('b'), { at, message: 'c', status: 400, sent: false }],
  counted: 3,
};

describe('ledgers that agree', () => {
  test.each<[string, Ledgers, Promised]>([
    ['every message sent once and reported on', good, reported],
    ['held where a call was broken off, refused where it was refused', held, unreported],
    [
      'held though it was answered, to a caller that was killed',
      { ...held, calls: [sent('a'), sent('b'), { at, message: 'c', status: 400, sent: false }] },
      killed,
    ],
    [
      'a call that was repeated with its key, and sent nothing the second time',
      { ...good, calls: [broken('a'), { at, message: 'a', status: 200, sent: false }, sent('b')] },
      reported,
    ],
    [
      'one more message than answers, where one request was never answered',
      { ...good, answered: ['a'], unanswered: 1 },
      reported,
    ],
  ])('%s: nothing is found', (_what, ledgers, promised) => {
    expect(reconcile(ledgers, promised)).toEqual([]);
  });
});

describe('what does not fit is found, with whom it happened to', () => {
  test.each<[string, Ledgers, Promised, { what: string; ids: string[] }]>([
    ['lost', { ...good, answered: ['a', 'b', 'x'] }, reported, { what: 'lost: answered 202', ids: ['x'] }],
    [
      'one id twice',
      { ...good, answered: ['a', 'b', 'a'] },
      reported,
      { what: 'for two requests', ids: ['a'] },
    ],
    [
      'a message nobody asked for',
      { ...good, answered: ['b'] },
      reported,
      { what: 'never answered', ids: ['a'] },
    ],
    [
      'sent twice',
      { ...good, calls: [...good.calls, sent('b')] },
      reported,
      { what: 'sent twice', ids: ['b'] },
    ],
    [
      'a false success',
      { ...good, calls: [sent('b')] },
      reported,
      { what: 'never sent by a provider', ids: ['a'] },
    ],
    [
      'a false failure',
      { ...held, calls: [sent('a'), broken('b'), sent('c')] },
      unreported,
      { what: 'a provider sent it', ids: ['c'] },
    ],
    [
      'still on its way',
      { ...good, stored: [stored('a', 'queued', 'throttled'), stored('b', 'delivered')] },
      reported,
      { what: 'neither at its end nor held', ids: ['a queued (throttled)'] },
    ],
    [
      'no receipt',
      { ...good, stored: [stored('a', 'sent'), stored('b', 'delivered')] },
      reported,
      { what: 'neither at its end', ids: ['a sent'] },
    ],
    [
      'broken off, and not held',
      { ...held, calls: [broken('a'), broken('b')] },
      unreported,
      { what: 'and not held', ids: ['a'] },
    ],
    [
      'held without a reason',
      { ...held, calls: [sent('a'), sent('b')] },
      unreported,
      { what: 'every call was answered', ids: ['b'] },
    ],
    [
      'sent, and unknown to the database',
      { ...good, calls: [...good.calls, sent('x')] },
      reported,
      { what: 'not in the database', ids: ['x'] },
    ],
  ])('%s', (_what, ledgers, promised, { what, ids }) => {
    expect(reconcile(ledgers, promised)).toEqual([{ what: expect.stringContaining(what), ids }]);
  });

  test('a count that is wrong, though nobody can be named', () => {
    expect(reconcile({ ...good, counted: 3 }, reported)).toEqual([
      { what: 'the statistics count 3 messages, the database has 2', ids: [] },
    ]);
  });
});
