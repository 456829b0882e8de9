import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import type { Message } from '@parley/contracts/message';
import { factRows, type OutboxRow } from '@parley/platform/outbox';

/** A message as others are told of it after it changed. */
export type ChangedMessage = Pick<
  Message,
  | 'id'
  | 'account_id'
  | 'type'
  | 'from'
  | 'timestamp'
  | 'round'
  | 'status'
  | 'status_reason'
  | 'provider'
  | 'provider_message_id'
  | 'sent_at'
  | 'delivered_at'
  | 'read_at'
> &
  Partial<Pick<Message, 'expires_at' | 'trace_id'>>;

/** What a step did to messages. */
export interface Changes {
  /** Those that moved to another status. */
  risen: ChangedMessage[];
  /** Those of which only something else became known. */
  corrected: ChangedMessage[];
  /** What is to be published besides the facts of these. */
  rows?: OutboxRow[];
}

/** The columns of a changed message `m`; select them as `prepared<ChangedMessage>`. */
export const CHANGED_COLUMNS = `m.id, m.account_id, m.type, m."from", m."timestamp", m.round, m.status, m.status_reason,
  m.provider, m.provider_message_id, m.sent_at, m.delivered_at, m.read_at, m.trace_id`;

/** The outbox rows of the facts that these messages moved just now; `spans` holds those of the changes that are traced. */
export function changedRows(
  changes: readonly ChangedMessage[],
  spans: ReadonlyMap<ChangedMessage['id'], string>,
): OutboxRow[] {
  const at = new Date().toISOString();
  return factRows(
    messageFacts,
    changes.map((change) => changedFact(change, at)),
    (fact) => (fact.kind === 'message.changed' ? spans.get(fact.message_id) : undefined),
  );
}

function changedFact(change: ChangedMessage, at: string): MessageFact {
  return {
    kind: 'message.changed',
    at,
    message_id: change.id,
    account_id: change.account_id,
    direction: 'outbound',
    type: change.type,
    from: change.from,
    timestamp: change.timestamp,
    round: change.round,
    status: change.status,
    status_reason: change.status_reason,
    provider: change.provider,
    provider_message_id: change.provider_message_id,
    sent_at: change.sent_at,
    delivered_at: change.delivered_at,
    read_at: change.read_at,
    expires_at: change.expires_at ?? null,
  };
}
