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
  /** The error code of a failure; null = it was delivered. */
  error_code: string | null;
  /** When it happened, epoch ms. */
  occurred_at: number;
  /** Deliveries that did not succeed. */
  attempts: number;
}

/** What is sent: the same bytes on every delivery, so that repetitions can be recognised. */
export function receiptBody({ reference, client_reference, error_code, occurred_at }: Receipt): Buffer {
  const report = {
    provider_reference: reference,
    status: error_code === null ? 'DELIVERED' : 'FAILED',
    event_id: `evt-${reference}`,
    occurred_at: new Date(occurred_at).toISOString(),
    ...(error_code === null ? {} : { error_code }),
    ...(client_reference === null ? {} : { client_reference }),
  };
  return Buffer.from(JSON.stringify(report));
}
