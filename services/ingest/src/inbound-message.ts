import type { ConnectionId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';

/** What is the same in every message that came in. */
const EVERY_INBOUND = {
  direction: 'inbound',
  status_reason: null,
  encoding: null,
  segments: null,
  in_reply_to: null,
  metadata: null,
  client_reference: null,
  sent_at: null,
  delivered_at: null,
  send_at: null,
  expires_at: null,
  round: 1,
} as const satisfies Partial<Message>;

/** What one inbound message has of its own: the columns of `inbound_message`, under the message's names. */
export type InboundMessage = Omit<
  Message,
  keyof typeof EVERY_INBOUND | 'status' | 'provider' | 'provider_message_id'
> & {
  provider: ConnectionId;
  provider_message_id: string;
};

/** The columns of `inbound_message` that make an InboundMessage. */
export const INBOUND_COLUMNS = `id, account_id, conversation_id, type, "from", "to", subject, body, attachments,
  connection_id as provider, provider_message_id, "timestamp", created_at, from_user_id, to_user_id, trace_id,
  read_at`;

/** The whole message. */
export function toMessage(inbound: InboundMessage): Message {
  return { ...EVERY_INBOUND, ...inbound, status: inbound.read_at === null ? 'received' : 'read' };
}
