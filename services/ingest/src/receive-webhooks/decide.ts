import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { conversationIdOf, newMessageId, newRowId, type UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import type { AddressLookup } from '@parley/platform/directory';
import type { IncomingMessage, IncomingReceipt } from '@parley/providers/provider';
import { toMessage } from '../inbound-message.ts';
import type { Ignored, Received, Refused } from './read-webhook.ts';

/** Something to store, unless the same event of the same connection is stored already. */
export type Entry = MessageEntry | ReceiptEntry;

export interface MessageEntry {
  kind: 'message';
  /** What a repeat has too. */
  key: string;
  message: Message;
}

export interface ReceiptEntry {
  kind: 'receipt';
  key: string;
  event_id: string;
  receipt: ReceiptReceived;
}

/** What became of an entry. */
export type Fate = 'accepted' | 'duplicate' | Refused;

/** The addresses whose users decide which conversation a message belongs to: `from` and `to` of each message. */
export function lookupsOf(received: readonly Received[]): AddressLookup[] {
  return received.filter(isMessage).flatMap(({ event, connection: { account_id } }) => [
    { account_id, address: event.from },
    { account_id, address: event.to },
  ]);
}

/**
 * Decides what a batch of webhooks brings, each event once: the first content stays. `users` answers `lookupsOf`
 * in its order.
 */
export function decide(received: readonly Received[], users: readonly (UserId | null)[]): Entry[] {
  const messages = received
    .filter(isMessage)
    .map((one, index) => messageEntry(one, users[index * 2] ?? null, users[index * 2 + 1] ?? null));
  const receipts = received.filter(isReceipt).map(receiptEntry);
  const firsts = new Map<string, Entry>();
  for (const entry of [...messages, ...receipts]) if (!firsts.has(entry.key)) firsts.set(entry.key, entry);
  return [...firsts.values()];
}

/** The answer to each webhook of a batch. Repeats of what the same batch brought are duplicates. */
export function answer(
  readings: readonly (Received | Refused | Ignored)[],
  fates: ReadonlyMap<string, Fate>,
): WebhookReply[] {
  const told = new Set<string>();
  return readings.map((reading) => {
    if (reading.outcome === 'refused') return reading;
    if (reading.outcome === 'ignored') return { outcome: 'accepted' };
    const key = keyOf(reading);
    const fate = fates.get(key);
    if (fate === undefined) throw new Error('a webhook was neither stored nor refused');
    if (typeof fate !== 'string') return fate;
    const outcome = told.has(key) ? 'duplicate' : fate;
    told.add(key);
    return { outcome };
  });
}

function isMessage(received: Received): received is Received<IncomingMessage> {
  return received.event.kind === 'message';
}

function isReceipt(received: Received): received is Received<IncomingReceipt> {
  return received.event.kind === 'receipt';
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
  const { item, connection, event } = received;
  const { kind, ...content } = event;
  const message = toMessage({
    ...content,
    id: newMessageId(),
    account_id: connection.account_id,
    conversation_id: conversationIdOf(connection.account_id, [
      { address: event.from, user_id: from_user_id },
      { address: event.to, user_id: to_user_id },
    ]),
    provider: connection.id,
    created_at: item.received_at,
    from_user_id,
    to_user_id,
    trace_id: item.trace_id,
    read_at: null,
  });
  return { kind, key: keyOf(received), message };
}

function receiptEntry(received: Received<IncomingReceipt>): ReceiptEntry {
  const { item, connection, event } = received;
  const { kind, event_id, ...report } = event;
  const receipt: ReceiptReceived = {
    ...report,
    kind: 'receipt.received',
    receipt_id: newRowId(),
    connection_id: connection.id,
    received_at: item.received_at,
  };
  return { kind, key: keyOf(received), event_id, receipt };
}
