import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import type { Message } from '@parley/contracts/message';
import type { ChangeItem, ChangeReply } from '@parley/contracts/requests/change-messages';
import type { RequestHandler } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, factRows, type Outbox, type OutboxRow } from '@parley/platform/outbox';
import type { Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import { toMessage } from '../inbound-message.ts';
import { lockMessages, storeRead } from './store.ts';

export interface ReadMarkerOptions {
  db: Kysely<IngestTables>;
  outbox: Pick<Outbox, 'publishNow'>;
}

const NOT_FOUND: ChangeReply = {
  outcome: 'refused',
  code: 'not_found',
  detail: 'there is no such message in this account',
};

/**
 * Marks inbound messages as read, tells of it, and answers after the commit; the first time counts. Throws
 * `Unavailable`.
 */
export function readMarker({ db, outbox }: ReadMarkerOptions): RequestHandler<ChangeItem, ChangeReply> {
  return async (items) => {
    const { messages, rows } = await inTransaction(db, (trx) => markRead(trx, items));
    outbox.publishNow(rows);
    return items.map(({ message_id, account_id }) => {
      const message = messages.get(message_id);
      return message?.account_id === account_id ? { outcome: 'changed', message } : NOT_FOUND;
    });
  };
}

async function markRead(trx: Parameters<typeof lockMessages>[0], items: readonly ChangeItem[]) {
  const askers = Map.groupBy(items, ({ message_id }) => message_id);
  const locked = await lockMessages(trx, [...askers.keys()]);
  const at = new Date().toISOString();
  const unread = locked.filter(
    ({ id, account_id, read_at }) =>
      read_at === null && askers.get(id)?.some((asker) => asker.account_id === account_id),
  );
  const read = unread.map((inbound) => toMessage({ ...inbound, read_at: at }));
  await storeRead(
    trx,
    read.map(({ id }) => id),
    at,
  );
  const rows: OutboxRow[] = factRows(
    messageFacts,
    read.map((message) => readFact(message, at)),
  );
  await addToOutbox(trx, rows);
  const messages = new Map([...locked.map(toMessage), ...read].map((message) => [message.id, message]));
  return { messages, rows };
}

function readFact(message: Message, at: string): MessageFact {
  const { id, account_id, direction, type, from, timestamp, round } = message;
  const { status, status_reason, provider, provider_message_id } = message;
  return {
    kind: 'message.changed',
    at,
    message_id: id,
    account_id,
    direction,
    type,
    from,
    timestamp,
    round,
    status,
    status_reason,
    provider,
    provider_message_id,
    sent_at: null,
    delivered_at: null,
    read_at: message.read_at,
    expires_at: null,
  };
}
