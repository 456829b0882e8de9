import { describe, expect, test } from '@jest/globals';
import { accountId, newRowId, newUserId } from '@parley/contracts/ids';
import { writeCursor } from '../page-lists/cursor.ts';
import { wantedUserMessages } from './decide.ts';

const account_id = accountId.parse('acme');
const now = Date.parse('2026-03-01T10:00:00.000Z');
const bugs = { id: newUserId(), phone: '+12025550142', email: 'bugs@acme.test' };
const wanted = (query: string, user: Parameters<typeof wantedUserMessages>[0] = bugs, at = now) =>
  wantedUserMessages(user, { account_id, query: new URLSearchParams(query), now: at });

describe('the messages of a user', () => {
  test('are those of the last 30 days, from or to them or their addresses', () => {
    expect(wanted('').filter).toMatchObject({
      user: { id: bugs.id, addresses: ['+12025550142', 'bugs@acme.test'] },
      since: '2026-01-30T10:00:00.000Z',
      type: null,
    });
    expect(wanted('', { ...bugs, phone: null, email: null }).filter?.user?.addresses).toEqual([]);
  });

  test.each([
    ['1', '2026-02-28T10:00:00.000Z'],
    ['3650', '2016-03-03T10:00:00.000Z'],
  ])('of the last %s days begin at %s', (days, since) => {
    expect(wanted(`days=${days}&type=chat`).filter).toMatchObject({ since, type: 'chat' });
  });

  test('of a time within these days begin then, and end when they are to', () => {
    expect(wanted('since=2026-02-20T00:00:00Z&until=2026-02-21T00:00:00Z').filter).toMatchObject({
      since: '2026-02-20T00:00:00.000Z',
      until: '2026-02-21T00:00:00.000Z',
    });
    expect(wanted('since=2020-01-01T00:00:00Z').filter?.since).toBe('2026-01-30T10:00:00.000Z');
  });

  test.each(['0', '3651', '-1', '1.5', '', 'x', '1&days=2'])('of the last "%s" days are refused', (days) => {
    expect(() => wanted(`days=${days}`)).toThrow('days');
  });

  test('take the parameters of a list of messages and no others', () => {
    expect(() => wanted('zap=1')).toThrow('is not a known field');
    expect(wanted('status=lost').filter).toBeNull();
    expect(wanted('page=2&days=5').page).toEqual({ style: 'offset', page: 2, per_page: 20 });
  });

  test('go on later with a cursor of the same user and days only', () => {
    const key = { at: '2026-02-15T10:00:00.000Z', id: newRowId() };
    const cursor = writeCursor(key, wanted('days=7').list);
    expect(wanted(`days=7&cursor=${cursor}`, bugs, now + 1).page).toMatchObject({ after: key });
    expect(() => wanted(`days=8&cursor=${cursor}`)).toThrow('cursor');
    expect(() => wanted(`days=7&cursor=${cursor}`, { ...bugs, id: newUserId() })).toThrow('cursor');
  });
});
