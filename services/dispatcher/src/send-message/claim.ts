import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Category, Priority, UnknownPolicy } from '@parley/contracts/sending-choices';
import { available, prepared, type Executor } from '@parley/platform/db';
import { createBatcher, type Metrics } from '@parley/platform/runtime';
import type { OutgoingMessage } from '@parley/providers/provider';
import { isOptedOut } from '../latest-consent.ts';

/** A message that is ours to send until its lease is over. */
export interface Claimed
  extends
    OutgoingMessage,
    Pick<Message, 'account_id' | 'round' | 'timestamp' | 'created_at' | 'send_at' | 'trace_id'> {
  priority: Priority;
  category: Category;
  /** What its client chose; null = by what its connection promises. */
  on_unknown_outcome: UnknownPolicy | null;
  /** The number of the call to make, and the fence of whatever comes of it. */
  attempt_no: number;
  attempts_spent: number;
  /** The connection to call: another than the wanted one when an earlier call may still have sent the message. */
  provider: ConnectionId;
  expires_at: string;
  /** When it was asked for, by this process's clock, epoch ms: the lease begins no earlier. */
  asked_at: number;
  /** Why the message had to wait until now, if it had to. */
  waited_for: string | null;
  /** Its recipient does not want it any more: it is not to be called for. */
  opted_out: boolean;
}

/** A message that somebody wants to send through a connection. */
export interface Claim {
  message_id: MessageId;
  connection_id: ConnectionId;
}

/** Claims a message; null when it is not waiting any more: sent, over, or in someone else's hands. */
export type ClaimMessage = (claim: Claim) => Promise<Claimed | null>;

const MAX_CLAIMS = 500;
const WAIT_MS = 10;

const OPTED_OUT = isOptedOut({ id: 'm.id', account: 'm.account_id', type: 'm.type', to: 'm."to"' });

// The status is asked for in a case so that rows are found by id. Through the partial index of stale messages, which
// a plain condition invites, every claim would walk through all that waits.
const claimWaiting = prepared<Claimed>(
  'send-claim',
  `update message m set status = 'sending', status_reason = null, attempt_no = m.attempt_no + 1,
     provider = case when m.status_reason = 'outcome_unknown' then coalesce(m.provider, r.connection_id)
       else r.connection_id end,
     provider_message_id = null, sent_at = null,
     stale_after = clock_timestamp() + $2::int * interval '1 ms', changed_at = clock_timestamp()
   from jsonb_to_recordset($1) as r(message_id uuid, connection_id text)
   where m.id = r.message_id and case m.status when 'queued' then true when 'scheduled' then m.send_at <= now() end
   returning m.id, m.account_id, m.type, m."from", m."to", m.subject, m.body, m.attachments, m."timestamp",
     m.created_at, m.send_at, m.trace_id, m.round, m.attempt_no, m.attempts_spent, m.provider, m.expires_at, m.priority, m.category, m.on_unknown_outcome,
     old.status_reason as waited_for, $3::float8 as asked_at, ${OPTED_OUT} as opted_out,
     m.id || case when m.resends = 0 then '' else '-' || m.resends end as idempotency_key`,
);

export interface ClaimerOptions {
  db: Executor;
  leaseMs: number;
  /** Most claims that may wait at once. */
  maxQueued: number;
  metrics: Metrics;
}

/**
 * Makes the function that claims messages, gathered into one statement for many. Rejects with `Unavailable`; what was
 * claimed then is taken up again when its lease is over.
 */
export function createClaimer({ db, leaseMs, maxQueued, metrics }: ClaimerOptions): ClaimMessage {
  const batcher = createBatcher<Claim, Claimed | null>({
    name: 'claim',
    maxItems: MAX_CLAIMS,
    waitMs: WAIT_MS,
    alwaysWaits: true,
    maxQueued,
    metrics,
    flush: (claims) => claimMessages(db, claims, leaseMs),
  });
  return (claim) => batcher.add(claim);
}

/**
 * Claims messages in one statement, for `leaseMs`, and returns them in the order of the claims. Only what is queued, or
 * scheduled and due, can be claimed, so of any number of claimers one gets the message. Throws `Unavailable`.
 */
export async function claimMessages(
  db: Executor,
  claims: readonly Claim[],
  leaseMs: number,
): Promise<(Claimed | null)[]> {
  // Sorted as every writer of messages sorts, so that no two can wait for each other.
  const sorted = claims.toSorted((a, b) => (a.message_id < b.message_id ? -1 : 1));
  const rows = await available(claimWaiting(db, [JSON.stringify(sorted), leaseMs, Date.now()]));
  const claimed = new Map(rows.map((row) => [row.id, row]));
  return claims.map(({ message_id }) => {
    const row = claimed.get(message_id) ?? null;
    // The same work delivered twice into one batch is one message to send.
    claimed.delete(message_id);
    return row;
  });
}
