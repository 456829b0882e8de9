import { keywordIn } from '@parley/contracts/keyword';
import type { TimelineEntry } from '@parley/contracts/timeline';
import { isPossibleOptOut, isText, type InboundMessage } from '../inbound-message.ts';
import type { StoredReceipt } from './store.ts';

/** What happened to an inbound message, oldest first. */
export function entriesOfMessage(message: InboundMessage): TimelineEntry[] {
  const { provider, provider_message_id, created_at, read_at, from } = message;
  const received: TimelineEntry = {
    at: created_at,
    event: 'received',
    service: 'ingest',
    provider,
    summary: `${provider} handed over a message from ${from}.`,
    details: { provider_message_id, timestamp: message.timestamp },
  };
  const begun = [received, ...entriesOfContent(message)];
  if (read_at === null) return begun;
  const read = { event: 'read', summary: 'Somebody marked it as read.', details: {} } as const;
  return [...begun, { ...received, ...read, at: read_at, provider: null }];
}

/** What a text asks for, as far as that is understood. */
function entriesOfContent(message: InboundMessage): TimelineEntry[] {
  const { type, body, created_at } = message;
  const entry = { at: created_at, service: 'ingest', provider: null } as const;
  const keyword = isText(type) ? keywordIn(body) : null;
  if (keyword !== null) {
    const summary = `It is a keyword: ${keyword.toUpperCase()}.`;
    return [{ ...entry, event: 'keyword', summary, details: { keyword } }];
  }
  if (!isPossibleOptOut(message)) return [];
  const summary = 'It seems to ask for no more messages, but is no keyword: nothing was done.';
  return [{ ...entry, event: 'possible_opt_out', summary, details: {} }];
}

/** That a provider reported on a message. */
export function entryOfReceipt(receipt: StoredReceipt): TimelineEntry {
  const { connection_id, provider_message_id, status, error_code, occurred_at, received_at } = receipt;
  const because = error_code === null ? '' : `, with the code ${error_code}`;
  const words = {
    delivered: 'was delivered',
    read: 'was read',
    undelivered: `could not be delivered${because}`,
  };
  return {
    at: received_at,
    event: 'receipt',
    service: 'ingest',
    provider: connection_id,
    summary: `${connection_id} reported that it ${words[status]}.`,
    details: { receipt_id: receipt.id, status, error_code, occurred_at, provider_message_id },
  };
}
