import type { Connection } from '../setup/connection.ts';

/** A delivery report on its way to the gateway. */
export interface Receipt {
  connection: Connection;
  /** The provider's reference of the message. */
  reference: string;
  failed: boolean;
  /** When it happened, epoch ms. */
  occurred_at: number;
  /** Deliveries that did not succeed. */
  attempts: number;
}

/** What is sent: the same bytes on every delivery, so that repetitions can be recognised. */
export function receiptBody({ reference, failed, occurred_at }: Receipt): Buffer {
  const report = {
    provider_reference: reference,
    status: failed ? 'FAILED' : 'DELIVERED',
    event_id: `evt-${reference}`,
    occurred_at: new Date(occurred_at).toISOString(),
    ...(failed ? { error_code: '30003' } : {}),
  };
  return Buffer.from(JSON.stringify(report));
}
