import { describe, expect, test } from '@jest/globals';
import type { ReceiptReceived, ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import { connectionId, newRowId } from '@parley/contracts/ids';
import { messageStatus, type MessageStatus } from '@parley/contracts/message-status';
import { aMessage } from '@parley/testkit';
import fc from 'fast-check';
import type { ChangedMessage } from '../changed-message.ts';
import { decide, type Match, type Merged } from './decide.ts';

const SMS = connectionId.parse('sms');
const ACCEPTED = '2026-01-15T10:00:00.000Z';
const CALLED = '2026-01-15T10:00:01.000Z';

const receipt = (status: ReceiptStatus, overrides: Partial<ReceiptReceived> = {}): ReceiptReceived => ({
  kind: 'receipt.received',
  receipt_id: newRowId(),
  connection_id: SMS,
  provider_message_id: 'p-1',
  status,
  error_code: status === 'undelivered' ? '30003' : null,
  occurred_at: '2026-01-15T10:00:05.000Z',
  received_at: '2026-01-15T10:00:06.000Z',
  client_reference: null,
  ...overrides,
});

const matching = (one: ReceiptReceived, message: ChangedMessage, overrides: Partial<Match> = {}): Match => ({
  receipt_id: one.receipt_id,
  round: 1,
  accepted_at: ACCEPTED,
  sent_at: CALLED,
  message,
  ...overrides,
});

function merge(message: ChangedMessage, receipts: readonly ReceiptReceived[], round = 1): Merged {
  const matches = receipts.map((one) => matching(one, message, { round }));
  return decide(matches, new Map(receipts.map((one) => [one.receipt_id, one])));
}

function apply(message: ChangedMessage, receipts: readonly ReceiptReceived[]): ChangedMessage {
  const { risen, corrected } = merge(message, receipts);
  return [...risen, ...corrected][0] ?? message;
}

const sent: ChangedMessage = aMessage({
  status: 'sent',
  provider: SMS,
  provider_message_id: 'p-1',
  sent_at: CALLED,
});

describe('a receipt', () => {
  test.each<[MessageStatus, ReceiptStatus, MessageStatus]>([
    ['sent', 'delivered', 'delivered'],
    ['sent', 'undelivered', 'undelivered'],
    ['queued', 'delivered', 'delivered'],
    ['sending', 'undelivered', 'undelivered'],
    ['failed', 'delivered', 'delivered'],
    ['failed', 'undelivered', 'undelivered'],
    ['expired', 'delivered', 'delivered'],
    ['undelivered', 'delivered', 'delivered'],
    ['delivered', 'undelivered', 'delivered'],
    ['delivered', 'delivered', 'delivered'],
    ['read', 'delivered', 'read'],
    ['sent', 'read', 'read'],
    ['undelivered', 'read', 'read'],
    ['delivered', 'read', 'read'],
    ['read', 'undelivered', 'read'],
  ])('makes of %s with %s: %s', (status, reported, expected) => {
    expect(apply({ ...sent, status }, [receipt(reported)]).status).toBe(expected);
  });

  test('of a delivery sets when it happened, by the provider or else by us, and clears the reason', () => {
    const before: ChangedMessage = { ...sent, status: 'undelivered', status_reason: '30003' };
    expect(apply(before, [receipt('delivered')])).toMatchObject({
      delivered_at: '2026-01-15T10:00:05.000Z',
      status_reason: null,
    });
    expect(apply(before, [receipt('delivered', { occurred_at: null })])).toMatchObject({
      delivered_at: '2026-01-15T10:00:06.000Z',
    });
  });

  test.each([
    ['at the moment of accept', ACCEPTED, true],
    ['before the message was accepted', '2026-01-15T09:59:59.999Z', false],
    ['five minutes from now, by a clock that is ahead', '2026-01-15T10:05:06.000Z', true],
    ['later than that', '2026-01-15T10:05:06.001Z', false],
    ['in a far future', '9999-12-31T23:59:59.999Z', false],
  ])('of a delivery %s is believed the time, or only the delivery', (_, occurred_at, isBelieved) => {
    expect(apply(sent, [receipt('delivered', { occurred_at })])).toMatchObject({
      status: 'delivered',
      delivered_at: isBelieved ? occurred_at : '2026-01-15T10:00:06.000Z',
    });
  });

  test('of a failure carries the code of the provider', () => {
    expect(apply(sent, [receipt('undelivered')])).toMatchObject({
      status_reason: '30003',
      delivered_at: null,
    });
  });

  test('proves that the message was sent, even where nobody has recorded that yet', () => {
    const queued = aMessage({ provider: connectionId.parse('other') });
    expect(apply(queued, [receipt('delivered')])).toMatchObject({
      provider: 'sms',
      provider_message_id: 'p-1',
      sent_at: CALLED,
    });
  });

  test('that says what is shown already changes nothing, in silence', () => {
    const delivered = apply(sent, [receipt('delivered')]);
    const undelivered = apply(sent, [receipt('undelivered')]);
    const nothing = { risen: [], corrected: [], ignored: [] };
    expect(merge(delivered, [receipt('delivered')])).toEqual(nothing);
    expect(merge(undelivered, [receipt('undelivered')])).toEqual(nothing);
  });

  test('that does not raise the message is ignored for a reason', () => {
    const delivered = apply(sent, [receipt('delivered')]);
    const later = receipt('delivered', { occurred_at: '2026-01-15T10:00:09.000Z' });
    for (const one of [receipt('undelivered'), later])
      expect(merge(delivered, [one])).toMatchObject({
        risen: [],
        corrected: [],
        ignored: [{ receipt: one, reason: 'the message is delivered already' }],
      });
  });

  test('on an attempt of an earlier round is ignored', () => {
    const again: ChangedMessage = { ...sent, status: 'queued', round: 2 };
    expect(merge(again, [receipt('delivered')], 1)).toMatchObject({
      risen: [],
      ignored: [{ reason: 'the message is in round 2 by now' }],
    });
    expect(merge(again, [receipt('delivered')], 2).risen).toMatchObject([{ status: 'delivered', round: 2 }]);
  });

  test('that matches attempts of several rounds counts for the latest', () => {
    const again: ChangedMessage = { ...sent, status: 'sending', sent_at: null, round: 2 };
    const one = receipt('delivered');
    const matches = [matching(one, again, { round: 1 }), matching(one, again, { round: 2 })];
    for (const order of [matches, matches.toReversed()])
      expect(decide(order, new Map([[one.receipt_id, one]]))).toMatchObject({
        risen: [{ status: 'delivered', round: 2 }],
        ignored: [],
      });
  });

  test('of an earlier delivery corrects when it was delivered', () => {
    const delivered = apply(sent, [receipt('delivered')]);
    const earlier = receipt('delivered', { occurred_at: '2026-01-15T10:00:04.000Z' });
    expect(merge(delivered, [earlier])).toMatchObject({
      risen: [],
      corrected: [{ delivered_at: '2026-01-15T10:00:04.000Z' }],
      ignored: [],
    });
  });
});

describe('a receipt of a reading', () => {
  const FOUR = '2026-01-15T10:00:04.000Z';
  const FIVE = '2026-01-15T10:00:05.000Z';
  const NINE = '2026-01-15T10:00:09.000Z';
  const read = apply(sent, [receipt('read', { occurred_at: NINE })]);

  test('says when it was read, and that it was delivered by then', () => {
    expect(read).toMatchObject({ status: 'read', read_at: NINE, delivered_at: NINE, status_reason: null });
    const delivered = apply(sent, [receipt('delivered')]);
    expect(apply(delivered, [receipt('read', { occurred_at: NINE })])).toMatchObject({
      read_at: NINE,
      delivered_at: FIVE,
    });
  });

  test('may come before that of the delivery, which then only tells when that was', () => {
    expect(merge(read, [receipt('delivered')])).toMatchObject({
      risen: [],
      corrected: [{ status: 'read', read_at: NINE, delivered_at: FIVE }],
      ignored: [],
    });
  });

  test('that repeats changes nothing, in silence, as does a delivery that is shown; a failure is ignored', () => {
    const delivered = apply(read, [receipt('delivered')]);
    const late = [receipt('delivered'), receipt('read', { occurred_at: NINE })];
    expect(merge(delivered, late)).toEqual({ risen: [], corrected: [], ignored: [] });
    expect(merge(delivered, [receipt('undelivered')])).toMatchObject({
      risen: [],
      corrected: [],
      ignored: [{ reason: 'the message is read already' }],
    });
  });

  test('of an earlier one corrects when it was read, and delivered', () => {
    expect(merge(read, [receipt('read', { occurred_at: FOUR })]).corrected).toMatchObject([
      { read_at: FOUR, delivered_at: FOUR },
    ]);
  });
});

const anyReceipt: fc.Arbitrary<ReceiptReceived> = fc
  .record({
    status: fc.constantFrom<ReceiptStatus>('delivered', 'undelivered', 'read'),
    connection_id: fc.constantFrom(SMS, connectionId.parse('sms-2')),
    provider_message_id: fc.constantFrom('p-1', 'p-2'),
    error_code: fc.constantFrom(null, '30003', '30005'),
    occurred_at: fc.constantFrom(
      null,
      '2026-01-15T10:00:05.000Z',
      '2026-01-15T10:00:07.000Z',
      '2020-01-01T00:00:00.000Z',
      '9999-01-01T00:00:00.000Z',
    ),
    received_at: fc.constantFrom('2026-01-15T10:00:06.000Z', '2026-01-15T10:00:08.000Z'),
  })
  .map(({ status, ...rest }) => receipt(status, rest));

test('any order, repetition and grouping of the same receipts ends in the same message', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...messageStatus.options),
      fc.array(anyReceipt, { minLength: 1, maxLength: 6 }),
      fc.gen(),
      (status, receipts, gen) => {
        const shuffled = gen(fc.shuffledSubarray, [...receipts, ...receipts], {
          minLength: receipts.length * 2,
        });
        const start: ChangedMessage = { ...sent, status };
        const end = apply(start, receipts);
        expect(apply(start, shuffled)).toEqual(end);
        expect(shuffled.reduce((message, one) => apply(message, [one]), start)).toEqual(end);
      },
    ),
  );
});
