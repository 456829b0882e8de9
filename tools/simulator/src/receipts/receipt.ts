import type { Connection } from '../setup/connection.ts';

/** A delivery report on its way to the gateway. */
export interface Receipt {
  connection: Connection;
  /** The provider's reference of the message. */
  reference: string;
  /** The idempotency key that it was taken by; null = none. */
  client_reference: string | null;
  /** Where its call stood in a trace, as `traceparent`; null = in none. */
  traceparent: string | null;
  status: 'DELIVERED' | 'FAILED' | 'READ';
  /** Of a failure. */
  error_code: string | null;
  /** When it happened, epoch ms. */
  occurred_at: number;
  /** Deliveries that did not succeed. */
  attempts: number;
}

/** What is sent: the same bytes on every delivery, so that repetitions can be recognised. */
export function receiptBody(receipt: Receipt): Buffer {
  const { reference, client_reference, status, error_code, occurred_at } = receipt;
  const report = {
    provider_reference: reference,
    status,
    event_id: status === 'READ' ? `evt-${reference}-read` : `evt-${reference}`,
    occurred_at: new Date(occurred_at).toISOString(),
    ...(error_code === null ? {} : { error_code }),
    ...(client_reference === null ? {} : { client_reference }),
  };
  return Buffer.from(JSON.stringify(report));
}
