import { v4, v5, v7 } from 'uuid';
import { z } from 'zod';

/** A message's id inside Parley: a UUIDv7 in its 36-character form. Clients see it as `msg_<uuid>`. */
export const messageId = z.uuid().brand<'MessageId'>();
export type MessageId = z.infer<typeof messageId>;

/** A tenant's id: any string of 1 to 64 characters. */
export const accountId = z.string().min(1).max(64).brand<'AccountId'>();
export type AccountId = z.infer<typeof accountId>;

/** A provider account's id; unique over all accounts, because it names the webhook path. */
export const connectionId = z.string().min(1).max(64).brand<'ConnectionId'>();
export type ConnectionId = z.infer<typeof connectionId>;

/** A conversation's id: a UUIDv5 of its account and participants. */
export const conversationId = z.uuid().brand<'ConversationId'>();
export type ConversationId = z.infer<typeof conversationId>;

/** A directory user's id: a UUIDv7. */
export const userId = z.uuid().brand<'UserId'>();
export type UserId = z.infer<typeof userId>;

const MESSAGE_PREFIX = 'msg_';

/** Makes a new message id; ids made later, in this process, sort after ids made earlier. */
export function newMessageId(): MessageId {
  return messageId.parse(v7());
}

/** Makes a new user id; ids made later, in this process, sort after ids made earlier. */
export function newUserId(): UserId {
  return userId.parse(v7());
}

/** Makes a UUID for rows that need no brand and no order of their own. */
export function newRowId(): string {
  return v4();
}

/** Makes a UUID for rows that are listed: of two made by this process the later one sorts after the earlier. */
export function newOrderedRowId(): string {
  return v7();
}

/** Makes a UUIDv7 of an instant: `instantOfRowId` tells it again. */
export function newRowIdAt(instant: string): string {
  return v7({ msecs: Date.parse(instant) });
}

const uuidV7 = z.uuidv7();
/** Of the years that an instant can be written of: beyond them it has a longer form. */
const INSTANT_LENGTH = 24;

/** The instant that a UUIDv7 begins with; null for an id that is none. */
export function instantOfRowId(id: string): string | null {
  if (!uuidV7.safeParse(id).success) return null;
  const instant = new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
  return instant.length === INSTANT_LENGTH ? instant : null;
}

/** The form of a message id that clients see. */
export function formatMessageId(id: MessageId): string {
  return MESSAGE_PREFIX + id;
}

/** Reads a message id as clients write it, `msg_<uuid>` or the bare UUID; null when it is neither. */
export function parseMessageId(text: string): MessageId | null {
  const bare = text.startsWith(MESSAGE_PREFIX) ? text.slice(MESSAGE_PREFIX.length) : text;
  return messageId.safeParse(bare.toLowerCase()).data ?? null;
}

/** The namespace of conversation ids. Never change it: every stored id depends on it. */
const CONVERSATION_NAMESPACE = '5f0c7a52-2c39-4b0b-9d5f-0d9a3f3a8c11';

/** Someone who takes part in a conversation: a directory user where the address belongs to one. */
export interface Participant {
  address: string;
  user_id: UserId | null;
}

/**
 * The conversation that these participants of an account share. The same set gives the same id, whatever its
 * order or direction, so parallel first messages cannot fork a conversation.
 */
export function conversationIdOf(account: AccountId, participants: readonly Participant[]): ConversationId {
  const identities = participants.map((p) =>
    p.user_id === null ? `address:${p.address}` : `user:${p.user_id}`,
  );
  const sorted = [...new Set(identities)].sort();
  return conversationId.parse(v5(JSON.stringify([account, ...sorted]), CONVERSATION_NAMESPACE));
}
