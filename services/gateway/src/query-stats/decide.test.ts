import { describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { wantedStats } from './decide.ts';

const account_id = accountId.parse('acme');
const now = Date.parse('2026-03-01T10:00:00.000Z');
const wanted = (query: string) => wantedStats(account_id, { query: new URLSearchParams(query), now });

describe('statistics', () => {
  test('are of all time, both directions and every type, with ten senders', () => {
    const any = { since: null, until: null, direction: null, type: null };
    expect(wanted('')).toEqual({ account_id, ...any, top: 10 });
  });

  test.each([
    ['since=2026-02-01T01:00:00%2B01:00', { since: '2026-02-01T00:00:00.000Z', until: null }],
    ['until=2026-02-01t00:00:00z', { since: null, until: '2026-02-01T00:00:00.001Z' }],
    ['until=9999-12-31T23:59:59.999Z', { since: null, until: null }],
    ['days=1', { since: '2026-02-28T10:00:00.000Z', until: null }],
    ['days=3650&top=100', { since: '2016-03-03T10:00:00.000Z', top: 100 }],
    ['direction=inbound&type=chat&top=1', { direction: 'inbound', type: 'chat', top: 1 }],
  ])('for "%s" are %j', (query, expected) => {
    expect(wanted(query)).toMatchObject(expected);
  });

  test.each([
    ['days=7&since=2026-02-01T00:00:00Z', 'days'],
    ['days=7&until=2026-02-01T00:00:00Z', 'days'],
    ['days=0', 'days'],
    ['days=3651', 'days'],
    ['top=0', 'top'],
    ['top=101', 'top'],
    ['top=ten', 'top'],
    ['since=yesterday', 'since'],
    ['until=', 'until'],
    ['direction=sideways', 'direction'],
    ['type=fax', 'type'],
    ['since=2026-02-01T00:00:00Z&since=2026-02-01T00:00:00Z', 'since'],
    ['zap=1', 'zap'],
  ])('are refused for "%s"', (query, name) => {
    expect(() => wanted(query)).toThrow(name);
  });
});
