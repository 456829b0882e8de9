import { conversationIdOf, type ConnectionId, type ConversationId, type UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import type { Category, Priority, UnknownPolicy } from '@parley/contracts/sending-choices';
import { countSegments } from '../count-segments/count-segments.ts';

/** How a client wants a message to be sent. */
export interface SendingChoices {
  priority: Priority;
  on_unknown_outcome: UnknownPolicy | null;
  category: Category;
}

/** A message that is to be sent until its deadline. */
export type OutboundMessage = Message & { expires_at: string };

/** A message as dispatcher stores it. */
export type StoredMessage = OutboundMessage &
  SendingChoices & {
    /** The connection in whose lane it waits to be sent; null = in none. */
    lane: ConnectionId | null;
    /** The connection that is called for it right after the commit: it is stored as claimed. Null = others send it. */
    claimed_for: ConnectionId | null;
  };

/** What the messages of a request are given when it is accepted. */
export interface Stamp {
  accepted_at: string;
  /** How long they may wait to be sent when the request does not say so, ms. */
  valid_for_ms: number;
  userOf(address: string): UserId | null;
}

/** The messages that a request becomes: one for each recipient, all in one conversation. */
export function newMessages(item: AcceptItem, stamp: Stamp): OutboundMessage[] {
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
  stamp: Stamp,
): Omit<OutboundMessage, Personal> {
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
    ...beginningOf(item, stamp),
    status_reason: null,
    provider: null,
    provider_message_id: null,
    ...sizeOf(item),
    in_reply_to: item.in_reply_to,
    metadata,
    client_reference,
    timestamp: item.timestamp ?? stamp.accepted_at,
    created_at: stamp.accepted_at,
    delivered_at: null,
    read_at: null,
    send_at: item.send_at,
    trace_id: item.trace_id,
    round: 1,
  };
}

/** How a message begins, and until when it may be sent. Chat needs nobody to carry it. */
function beginningOf(
  { type, send_at, valid_for }: AcceptItem,
  { accepted_at, valid_for_ms }: Stamp,
): Pick<OutboundMessage, 'status' | 'sent_at' | 'expires_at'> {
  const isLater = send_at !== null && send_at > accepted_at;
  const start = Date.parse(isLater ? send_at : accepted_at);
  const expires_at = new Date(start + (valid_for === null ? valid_for_ms : valid_for * 1_000)).toISOString();
  if (isLater) return { status: 'scheduled', sent_at: null, expires_at };
  return type === 'chat'
    ? { status: 'sent', sent_at: accepted_at, expires_at }
    : { status: 'queued', sent_at: null, expires_at };
}

function sizeOf({ type, body }: AcceptItem): Pick<Message, 'encoding' | 'segments'> {
  return type === 'sms' ? countSegments(body ?? '') : { encoding: null, segments: null };
}
