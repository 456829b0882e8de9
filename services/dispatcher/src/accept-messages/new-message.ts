import { conversationIdOf, type ConversationId, type UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import type { Priority, UnknownPolicy } from '@parley/contracts/sending-choices';

/** How a client wants a message to be sent. */
export interface SendingChoices {
  priority: Priority;
  on_unknown_outcome: UnknownPolicy | null;
}

/** A message as dispatcher stores it. */
export type StoredMessage = Message & SendingChoices;

/** What the messages of a request are given when it is accepted. */
export interface Stamp {
  accepted_at: string;
  expires_at: string;
  userOf(address: string): UserId | null;
}

/** The messages that a request becomes: one for each recipient, all in one conversation. */
export function newMessages(item: AcceptItem, stamp: Stamp): Message[] {
  const from_user_id = stamp.userOf(item.from);
  const people = item.recipients.map(({ id, to }) => ({ id, to, to_user_id: stamp.userOf(to) }));
  const conversation_id =
    item.conversation_id ??
    conversationIdOf(item.account_id, [
      { address: item.from, user_id: from_user_id },
      ...people.map(({ to, to_user_id }) => ({ address: to, user_id: to_user_id })),
    ]);
  const given = givenBy(item, conversation_id, stamp);
  return people.map((person) => ({ ...given, ...person, from_user_id }));
}

type Personal = 'id' | 'to' | 'from_user_id' | 'to_user_id';

function givenBy(
  item: AcceptItem,
  conversation_id: ConversationId,
  { accepted_at, expires_at }: Stamp,
): Omit<Message, Personal> {
  const { account_id, type, from, subject, body, attachments, metadata, client_reference } = item;
  return {
    account_id,
    conversation_id,
    direction: 'outbound',
    type,
    from,
    subject,
    body,
    attachments,
    status: 'queued',
    status_reason: null,
    provider: null,
    provider_message_id: null,
    encoding: null,
    segments: null,
    in_reply_to: item.in_reply_to,
    metadata,
    client_reference,
    timestamp: item.timestamp ?? accepted_at,
    created_at: accepted_at,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    send_at: item.send_at,
    expires_at,
    trace_id: item.trace_id,
    round: 1,
  };
}
