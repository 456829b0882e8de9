import { accountId, conversationIdOf, newMessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';

/** The account that builders put things into. */
export const ANY_ACCOUNT = accountId.parse('acme');

/** A queued outbound SMS, valid in itself; every call has an id of its own. */
export function aMessage(overrides: Partial<Message> = {}): Message {
  const { account_id = ANY_ACCOUNT, from = '+12125550100', to = '+12125550199' } = overrides;
  const now = '2026-01-15T10:00:00.000Z';
  return {
    id: newMessageId(),
    account_id,
    conversation_id: conversationIdOf(account_id, [
      { address: from, user_id: overrides.from_user_id ?? null },
      { address: to, user_id: overrides.to_user_id ?? null },
    ]),
    direction: 'outbound',
    type: 'sms',
    from,
    to,
    subject: null,
    body: 'Your table is ready.',
    attachments: [],
    status: 'queued',
    status_reason: null,
    provider: null,
    provider_message_id: null,
    encoding: null,
    segments: null,
    in_reply_to: null,
    metadata: null,
    client_reference: null,
    timestamp: now,
    created_at: now,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    send_at: null,
    expires_at: '2026-01-18T10:00:00.000Z',
    from_user_id: null,
    to_user_id: null,
    trace_id: null,
    round: 1,
    ...overrides,
  };
}
