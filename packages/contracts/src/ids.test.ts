import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  accountId,
  conversationIdOf,
  formatMessageId,
  instantOfRowId,
  newMessageId,
  newRowId,
  newRowIdAt,
  parseMessageId,
  userId,
} from './ids.ts';

const demo = accountId.parse('demo');
const anna = userId.parse('019a0000-0000-7000-8000-000000000001');
const outsider = (address: string) => ({ address, user_id: null });

describe('a message id', () => {
  test('is read with and without its prefix, in any case', () => {
    const id = newMessageId();
    expect(parseMessageId(formatMessageId(id))).toBe(id);
    expect(parseMessageId(id)).toBe(id);
    expect(parseMessageId(id.toUpperCase())).toBe(id);
  });

  test.each(['', 'msg_', 'msg_123', 'conv_019a0000-0000-7000-8000-000000000001', "'; drop table"])(
    '%j is none',
    (text) => {
      expect(parseMessageId(text)).toBeNull();
    },
  );

  test('made later sorts later', () => {
    const ids = Array.from({ length: 100 }, newMessageId);
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('an id of an instant', () => {
  test.each(['1970-01-01T00:00:00.000Z', '2026-01-15T10:00:05.123Z', '9999-12-31T23:59:59.999Z'])(
    'tells %s again',
    (instant) => {
      expect(instantOfRowId(newRowIdAt(instant))).toBe(instant);
      expect(instantOfRowId(newRowIdAt(instant).toUpperCase())).toBe(instant);
      expect(newRowIdAt(instant)).not.toBe(newRowIdAt(instant));
    },
  );

  test.each(['', 'x', newRowId(), 'ffffffff-ffff-7fff-8fff-ffffffffffff'])('%j tells none', (id) => {
    expect(instantOfRowId(id)).toBeNull();
  });
});

describe('a conversation id', () => {
  test('does not depend on order, direction or repetition of the participants', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), (addresses) => {
        const participants = addresses.map(outsider);
        const id = conversationIdOf(demo, participants);
        expect(conversationIdOf(demo, [...participants.toReversed(), ...participants])).toBe(id);
      }),
    );
  });

  test('is the same for every address of a directory user', () => {
    const byPhone = conversationIdOf(demo, [{ address: '+15550001', user_id: anna }, outsider('+15550002')]);
    const byMail = conversationIdOf(demo, [{ address: 'anna@x.test', user_id: anna }, outsider('+15550002')]);
    expect(byMail).toBe(byPhone);
  });

  test('differs between accounts and between participants', () => {
    const one = conversationIdOf(demo, [outsider('+15550001'), outsider('+15550002')]);
    expect(
      conversationIdOf(accountId.parse('other'), [outsider('+15550001'), outsider('+15550002')]),
    ).not.toBe(one);
    expect(conversationIdOf(demo, [outsider('+15550001'), outsider('+15550003')])).not.toBe(one);
  });
});
