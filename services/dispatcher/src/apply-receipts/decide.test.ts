import { describe, expect, test } from '@jest/globals';
import type { ReceiptReceived, ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import { connectionId, newRowId } from '@parley/contracts/ids';
import { messageStatus, type MessageStatus } from '@parley/contracts/message-status';
import { aMessage } from '@parley/testkit';
import fc from 'fast-check';
import type { ChangedMessage } from '../changed-message.ts';
import { decide } from './decide.ts';

const SMS = connectionId.parse('sms');
const ATTEMPT_ENDED = '2026-01-15T10:00:01.000Z';

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

function apply(message: ChangedMessage, receipts: readonly ReceiptReceived[]): ChangedMessage {
  const matches = receipts.map(({ receipt_id }) => ({
    receipt_id,
    attempt_finished_at: ATTEMPT_ENDED,
    message,
  }));
  const [risen] = decide(matches, new Map(receipts.map((one) => [one.receipt_id, one])));
  return risen ?? message;
}

const sent = aMessage({ status: 'sent', provider: SMS, provider_message_id: 'p-1', sent_at: ATTEMPT_ENDED });

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
      sent_at: ATTEMPT_ENDED,
    });
  });

  test('that changes nothing tells nobody', () => {
    const delivered: ChangedMessage = { ...sent, status: 'delivered' };
    const one = receipt('delivered');
    const match = { receipt_id: one.receipt_id, attempt_finished_at: ATTEMPT_ENDED, message: delivered };
    expect(decide([match], new Map([[one.receipt_id, one]]))).toEqual([]);
  });
});

test('any order and repetition of the same receipts ends in the same status', () => {
  const any = fc.array(fc.constantFrom<ReceiptStatus>('delivered', 'undelivered'), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.constantFrom(...messageStatus.options), any, fc.gen(), (status, statuses, gen) => {
      const receipts = statuses.map((one) => receipt(one));
      const shuffled = gen(fc.shuffledSubarray, [...receipts, ...receipts], {
        minLength: receipts.length * 2,
      });
      const start: ChangedMessage = { ...sent, status };
      const { status: once, status_reason } = apply(start, receipts);
      expect(apply(start, shuffled)).toMatchObject({ status: once, status_reason });
      // One after the other in batches of their own.
      expect(shuffled.reduce((message, one) => apply(message, [one]), start)).toMatchObject({ status: once });
    }),
  );
});
