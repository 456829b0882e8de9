import type { ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { Ignored, IncomingReceipt } from '../provider.ts';
import { messageSid } from './message-sid.ts';

/** What each of Twilio's statuses reports; null = it is on its way still, or was ended by its own sender. */
const REPORTS: ReadonlyMap<string, ReceiptStatus | null> = new Map([
  ['accepted', null],
  ['scheduled', null],
  ['queued', null],
  ['sending', null],
  ['sent', null],
  ['partially_delivered', null],
  ['canceled', null],
  ['receiving', null],
  ['received', null],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['undelivered', 'undelivered'],
  ['failed', 'undelivered'],
]);

/** `MessageSid, MessageStatus, ErrorCode?`: a receipt, or nothing while a message is on its way. */
export const statusCallback: z.ZodType<IncomingReceipt | Ignored> = z
  .object({
    MessageSid: messageSid,
    MessageStatus: z.string().refine((status) => REPORTS.has(status), 'is not a status of Twilio’s'),
    ErrorCode: text.max(255).optional(),
  })
  .transform(({ MessageSid, MessageStatus, ErrorCode }) => {
    const status = REPORTS.get(MessageStatus) ?? null;
    if (status === null) return { kind: 'ignored' };
    return {
      kind: 'receipt',
      event_id: `${status}/${MessageSid}`,
      provider_message_id: MessageSid,
      status,
      error_code: ErrorCode || null,
      occurred_at: null,
      client_reference: null,
    };
  });
