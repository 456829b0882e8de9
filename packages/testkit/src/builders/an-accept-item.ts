import { newMessageId } from '@parley/contracts/ids';
import type { AcceptItem, Recipient } from '@parley/contracts/requests/accept-messages';
import { ANY_ACCOUNT } from './a-message.ts';

/** What a test cares about; `id` and `to` are those of the one recipient, unless `recipients` are given. */
export type AcceptOverrides = Partial<AcceptItem> & Partial<Recipient>;

/** An SMS to accept, valid in itself and without an idempotency key; every call has an id of its own. */
export function anAcceptItem({ id, to, ...overrides }: AcceptOverrides = {}): AcceptItem {
  return {
    recipients: [{ id: id ?? newMessageId(), to: to ?? '+12125550199' }],
    account_id: ANY_ACCOUNT,
    type: 'sms',
    from: '+12125550100',
    subject: null,
    body: 'Your table is ready.',
    attachments: [],
    metadata: null,
    client_reference: null,
    trace_id: null,
    in_reply_to: null,
    timestamp: null,
    conversation_id: null,
    send_at: null,
    valid_for: null,
    on_unknown_outcome: null,
    priority: 'normal',
    category: 'transactional',
    idempotency: null,
    directory_version: 1,
    ...overrides,
  };
}
