import type { Conversation } from '@parley/contracts/conversation';
import { messageResource, type MessageResource } from '@parley/contracts/http/message-resource';
import type { ConversationSetting } from './store.ts';

/** A conversation as clients see it. */
export type ConversationResource = Omit<Conversation, 'account_id' | 'last_message' | 'last_heard_at'> & {
  last_message: MessageResource;
  title: string | null;
  status: 'open' | 'closed';
};

/** Makes the resource out of what was said in a conversation and what people say of it, if anything. */
export function conversationResource(
  { account_id: _, last_heard_at, ...conversation }: Conversation,
  setting: ConversationSetting | undefined,
): ConversationResource {
  const isClosed = setting?.status === 'closed' && !isNewer(last_heard_at, setting.heard_until);
  return {
    ...conversation,
    last_message: messageResource(conversation.last_message),
    title: setting?.title ?? null,
    status: isClosed ? 'closed' : 'open',
  };
}

/** Whether the other side was heard after what was known when the conversation was closed. */
function isNewer(heard: string | null, known: string | null): boolean {
  return heard !== null && (known === null || heard > known);
}
