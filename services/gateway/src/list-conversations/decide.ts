import type { Conversation } from '@parley/contracts/conversation';
import { messageResource, type MessageResource } from '@parley/contracts/http/message-resource';

/** A conversation as clients see it. */
export type ConversationResource = Omit<Conversation, 'account_id' | 'last_message'> & {
  last_message: MessageResource;
};

/** Turns a projected conversation into the resource that the API answers. */
export function conversationResource({ account_id: _, ...conversation }: Conversation): ConversationResource {
  return { ...conversation, last_message: messageResource(conversation.last_message) };
}
