import { describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { writeCursor } from '../page-lists/cursor.ts';
import { wantedMessages } from './decide.ts';

const account = accountId.parse('acme');
const conversation = '018f3d4e-0000-5000-8000-0000000000ab';
const any = {
  from: null,
  to: null,
  type: null,
  direction: null,
  status: null,
  status_reason: null,
  conversation_id: null,
  user: null,
  since: null,
};
const wanted = (query: string) => wantedMessages('messages', account, new URLSearchParams(query));

describe('the messages that are wanted', () => {
  test.each([
    ['', any],
    ['from=%2B18045551234', { ...any, from: ['+18045551234'] }],
    ['from=+18045551234', { ...any, from: ['+18045551234'] }],
    ['from=1 804 555 1234,MyCorp', { ...any, from: ['+18045551234', 'MyCorp'] }],
    ['to=,User@UseApp.com,,', { ...any, to: ['user@useapp.com'] }],
    ['to=b@x.test,a@x.test,B@X.test', { ...any, to: ['a@x.test', 'b@x.test'] }],
    ['from=,', any],
    ['from=no such address', { ...any, from: ['no such address'] }],
    [
      'type=mms&direction=inbound&status=received',
      { ...any, type: 'mms', direction: 'inbound', status: 'received' },
    ],
    ['status_reason=outcome_unknown', { ...any, status_reason: 'outcome_unknown' }],
    [`conversation_id=${conversation.toUpperCase()}`, { ...any, conversation_id: conversation }],
  ])('for "%s" have the filter %j', (query, filter) => {
    expect(wanted(query).filter).toEqual(filter);
  });

  test.each([
    'type=fax',
    'type=',
    'direction=sideways',
    'status=lost',
    'conversation_id=none',
    'from=%00',
    'status_reason=%00',
    'type=sms&status=lost',
  ])('for "%s" are none', (query) => {
    expect(wanted(query).filter).toBeNull();
  });

  test('can be asked for in another order and go on with the same cursor', () => {
    const key = { at: '2026-01-15T10:00:00.000Z', id: conversation };
    const cursor = writeCursor(key, wanted('to=b@x.test,a@x.test&type=email').list);
    const next = wanted(`type=email&to=A@x.test,b@x.test&cursor=${cursor}`);
    expect(next.page).toEqual({ style: 'keyset', after: key, limit: 50 });
    expect(() => wanted(`type=email&cursor=${cursor}`)).toThrow('is not a cursor of this list');
  });
});
