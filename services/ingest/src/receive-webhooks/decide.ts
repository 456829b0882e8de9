import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { conversationIdOf, newMessageId, newRowId, type UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { WebhookItem } from '@parley/contracts/requests/receive-webhooks';
import type { AddressLookup } from '@parley/platform/directory';
import type { IncomingMessage, IncomingReceipt } from '@parley/providers/provider';
import { toMessage } from '../inbound-message.ts';
import type { Received } from './read-webhook.ts';

/** Something to store, unless the same event of the same connection is stored already. */
export type Entry = MessageEntry | ReceiptEntry;

export interface MessageEntry {
  kind: 'message';
  /** What a repeat has too. */
  key: string;
  message: Message;
  /** When it came in: before the message's `created_at` if it was stored by a replay. */
  received_at: string;
  /** The span that brought it, where that is recorded. */
  traceparent?: string | undefined;
}

export interface ReceiptEntry {
  kind: 'receipt';
  key: string;
  event_id: string;
  receipt: ReceiptReceived;
  traceparent?: string | undefined;
}

/** What a webhook brings. */
export interface Brought {
  entry: Entry;
  /** Whether an earlier webhook of the same batch brings the same event: then nothing of it is stored. */
  isRepeat: boolean;
}

/** The addresses whose users decide which conversation a message belongs to: `from` and `to` of each message. */
export function lookupsOf(received: readonly Received[]): AddressLookup[] {
  return received.flatMap(({ event, account_id }) =>
    event.kind === 'message'
      ? [
          { account_id, address: event.from },
          { account_id, address: event.to },
        ]
      : [],
  );
}

/** Decides what each webhook of a batch brings. `users` answers `lookupsOf` in its order. */
export function decide(received: readonly Received[], users: readonly (UserId | null)[]): Brought[] {
  const keys = new Set<string>();
  const user = users.values();
  const nextUser = (): UserId | null => user.next().value ?? null;
  return received.map((one) => {
    const { event } = one;
    const entry =
      event.kind === 'message'
        ? messageEntry({ ...one, event }, nextUser(), nextUser())
        : receiptEntry({ ...one, event });
    const isRepeat = keys.has(entry.key);
    keys.add(entry.key);
    return { entry, isRepeat };
  });
}

function tracedBy({ traceparent }: WebhookItem): Pick<Entry, 'traceparent'> {
  return traceparent === undefined ? {} : { traceparent };
}

function keyOf({ event, connection }: Received): string {
  const id = event.kind === 'message' ? event.provider_message_id : event.event_id;
  return JSON.stringify([event.kind, connection.id, id]);
}

function messageEntry(
  received: Received<IncomingMessage>,
  from_user_id: UserId | null,
  to_user_id: UserId | null,
): MessageEntry {
  const { item, connection, account_id, stored_at, event } = received;
  const { kind, ...content } = event;
  const message = toMessage({
    ...content,
    id: newMessageId(),
    account_id,
    conversation_id: conversationIdOf(account_id, [
      { address: event.from, user_id: from_user_id },
      { address: event.to, user_id: to_user_id },
    ]),
    provider: connection.id,
    created_at: stored_at,
    from_user_id,
    to_user_id,
    trace_id: item.trace_id,
    read_at: null,
  });
  const { received_at } = item;
  return { kind, key: keyOf(received), message, received_at, ...tracedBy(item) };
}

function receiptEntry(received: Received<IncomingReceipt>): ReceiptEntry {
  const { item, connection, stored_at, event } = received;
  const { kind, event_id, ...report } = event;
  const receipt: ReceiptReceived = {
    ...report,
    kind: 'receipt.received',
    receipt_id: newRowId(),
    connection_id: connection.id,
    received_at: stored_at,
  };
  return { kind, key: keyOf(received), event_id, receipt, ...tracedBy(item) };
}
