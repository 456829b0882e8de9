import { z } from 'zod';
import type { FactContract } from '../contract.ts';
import { connectionId, messageId } from '../ids.ts';
import { instant } from '../text.ts';

/** What a provider reports of a message that it took. What was read was delivered too. */
export const receiptStatus = z.enum(['delivered', 'undelivered', 'read']);
export type ReceiptStatus = z.infer<typeof receiptStatus>;

/** A provider reported what became of a message, and the report is committed. Published by ingest. */
export const receiptReceived = z.object({
  kind: z.literal('receipt.received'),
  receipt_id: z.uuid(),
  connection_id: connectionId,
  provider_message_id: z.string(),
  status: receiptStatus,
  /** The provider's own code for a failure. */
  error_code: z.string().nullable(),
  /** When it happened by the provider's clock; null when it did not say. */
  occurred_at: instant.nullable(),
  received_at: instant,
  /** Our id of the message, where the provider repeats it: the way to messages whose call was never answered. */
  client_reference: messageId.nullable(),
});
export type ReceiptReceived = z.infer<typeof receiptReceived>;

export const receiptFacts: FactContract<ReceiptReceived> = {
  subject: 'event.receipt.v1',
  version: 1,
  fact: receiptReceived,
};
