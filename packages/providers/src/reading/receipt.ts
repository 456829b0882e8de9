import type { ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import { parseMessageId } from '@parley/contracts/ids';
import { text, time } from '@parley/contracts/text';
import { z } from 'zod';
import type { IncomingReceipt } from '../provider.ts';
import { providerId } from './fields.ts';

/** Whether a webhook's value is a receipt: it names the message that it reports on. */
export function isReceipt(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'provider_reference');
}

/** What an idempotency key may have behind the message's id: the number of a later round. */
const ROUND = /-\d{1,9}$/;

/** The message that a key belongs to; null for the references of others, which are no reason to refuse a receipt. */
const clientReference = z
  .unknown()
  .optional()
  .transform((value) =>
    typeof value === 'string' ? (parseMessageId(value) ?? parseMessageId(value.replace(ROUND, ''))) : null,
  );

/** What each of the statuses reports, in lower case. */
const REPORTS: ReadonlyMap<string, ReceiptStatus> = new Map([
  ['delivered', 'delivered'],
  ['failed', 'undelivered'],
  ['read', 'read'],
]);

/**
 * `{provider_reference, status: DELIVERED|FAILED|READ, event_id?, occurred_at?, error_code?, client_reference?}`, status
 * in any case. One without an event id is recognised by what it reports.
 */
export const incomingReceipt: z.ZodType<IncomingReceipt> = z
  .object({
    provider_reference: providerId,
    status: z
      .string()
      .transform((status, context) => {
        const report = REPORTS.get(status.toLowerCase());
        if (report !== undefined) return report;
        context.addIssue('is none of DELIVERED, FAILED and READ');
        return z.NEVER;
      })
      .describe('`DELIVERED`, `FAILED` or `READ`, in any case.'),
    event_id: providerId.nullish(),
    occurred_at: time.nullish(),
    error_code: z
      .union([text, z.number()], 'must be text or a number')
      .transform(String)
      .refine((code) => code.length <= 255, 'is longer than 255 characters')
      .nullish(),
    client_reference: clientReference,
  })
  .transform((input) => {
    const { status } = input;
    const occurredAt = input.occurred_at ?? null;
    return {
      kind: 'receipt',
      // Status and time have fixed forms, so no two reports can make the same id.
      event_id: input.event_id ?? `${status}/${occurredAt ?? '-'}/${input.provider_reference}`,
      provider_message_id: input.provider_reference,
      status,
      error_code: input.error_code ?? null,
      occurred_at: occurredAt,
      client_reference: input.client_reference,
    };
  });
