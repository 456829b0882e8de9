import type { ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import type { ConnectionId } from '@parley/contracts/ids';
import type { ProviderReference } from '@parley/contracts/requests/read-timelines';
import { available, prepared, type Executor } from '@parley/platform/db';

/** A receipt, and the place of the reference that it is on. */
export interface StoredReceipt {
  place: number;
  id: string;
  connection_id: ConnectionId;
  provider_message_id: string;
  status: ReceiptStatus;
  error_code: string | null;
  occurred_at: string | null;
  received_at: string;
}

/** Most receipts on one reference: each has an event id of its own, and who makes those up is not ours. */
const MAX_RECEIPTS = 50;

const selectReceipts = prepared<StoredReceipt>(
  'timeline-receipts',
  `select r.place, found.*
   from jsonb_to_recordset($1) as r(place int, connection_id text, provider_message_id text)
   cross join lateral (
     select id, connection_id, provider_message_id, status, error_code, occurred_at, received_at from receipt c
     where c.connection_id = r.connection_id and c.provider_message_id = r.provider_message_id
     order by received_at, id limit ${MAX_RECEIPTS}
   ) as found
   order by found.received_at, found.id`,
);

/** The receipts on these references, the first of each, oldest first. Throws `Unavailable`. */
export async function loadReceipts(
  db: Executor,
  references: readonly (ProviderReference & { place: number })[],
): Promise<StoredReceipt[]> {
  return references.length === 0 ? [] : available(selectReceipts(db, [JSON.stringify(references)]));
}
