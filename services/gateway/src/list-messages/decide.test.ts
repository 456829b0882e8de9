import { describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { NO_CONDITIONS } from '@parley/contracts/requests/query-messages';
import { writeCursor } from '../page-lists/cursor.ts';
import { wantedMessages } from './decide.ts';

const account = accountId.parse('acme');
const message = '018f3d4e-0000-7000-8000-0000000000cd';
const conversation = '018f3d4e-0000-5000-8000-0000000000ab';
const any = NO_CONDITIONS;
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
    ['id=,&provider_message_id=,', any],
    [`id=msg_${message},${message.toUpperCase()},none`, { ...any, id: [message] }],
    ['provider_message_id=b,,a,b', { ...any, provider_message_id: ['a', 'b'] }],
    ['q= Order 100%25 ', { ...any, q: ' Order 100% ' }],
    ['q=', any],
    [
      'since=2026-01-15T10:00:00Z&until=2026-01-15T12:00:00+01:00',
      { ...any, since: '2026-01-15T10:00:00.000Z', until: '2026-01-15T11:00:00.000Z' },
    ],
    ['order=asc', any],
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
    'id=none',
    'provider_message_id=%00',
    'q=%00',
    'since=yesterday',
    'until=',
    'status_reason=%00',
    'type=sms&status=lost',
  ])('for "%s" are none', (query) => {
    expect(wanted(query).filter).toBeNull();
  });

  test.each(['id', 'from', 'to', 'provider_message_id'])('are those of at most 100 values of %s', (name) => {
    const values = Array.from({ length: 101 }, (_, n) => `+1804555${1000 + n}`);
    expect(() => wanted(`${name}=,${values.slice(1).join(',,')}`)).not.toThrow();
    expect(() => wanted(`${name}=${values.join()}`)).toThrow(`#/${name}: must be at most 100 values`);
  });

  test('can be asked for in another order and go on with the same cursor', () => {
    const key = { at: '2026-01-15T10:00:00.000Z', id: conversation };
    const cursor = writeCursor(key, wanted('to=b@x.test,a@x.test&type=email').list);
    const next = wanted(`type=email&to=A@x.test,b@x.test&cursor=${cursor}`);
    expect(next.page).toEqual({ style: 'keyset', after: key, limit: 50 });
    expect(() => wanted(`type=email&cursor=${cursor}`)).toThrow('is not a cursor of this list');
  });

  test('come in the order that is asked for, and go on in it only', () => {
    const key = { at: '2026-01-15T10:00:00.000Z', id: conversation };
    expect(wanted('').order).toBe('desc');
    expect(wanted('order=asc').order).toBe('asc');
    const cursor = writeCursor(key, wanted('order=asc').list);
    expect(wanted(`order=asc&cursor=${cursor}`).page).toMatchObject({ after: key });
    expect(() => wanted(`cursor=${cursor}`)).toThrow('is not a cursor of this list');
    expect(() => wanted('order=upwards')).toThrow('order');
  });
});
