import { conversation, type Conversation } from '@parley/contracts/conversation';
import { messageResource, shownMessage } from '@parley/contracts/http/message-resource';
import { z } from 'zod';
import type { ConversationSetting } from './store.ts';

/** A conversation as clients see it. */
export const shownConversation = conversation
  .omit({ account_id: true, joined: true, last_heard_at: true })
  .extend({
    last_message: shownMessage,
    title: z.string().nullable(),
    status: z.enum(['open', 'closed']),
  })
  .meta({ id: 'Conversation' });
export type ConversationResource = z.infer<typeof shownConversation>;

/** Makes the resource out of what was said in a conversation and what people say of it, if anything. */
export function conversationResource(
  { account_id: _, joined: __, last_heard_at, ...told }: Conversation,
  setting: ConversationSetting | undefined,
): ConversationResource {
  const isClosed = setting?.status === 'closed' && !isNewer(last_heard_at, setting.heard_until);
  return {
    ...told,
    last_message: messageResource(told.last_message),
    title: setting?.title ?? null,
    status: isClosed ? 'closed' : 'open',
  };
}

/** Whether the other side was heard after what was known when the conversation was closed. */
function isNewer(heard: string | null, known: string | null): boolean {
  return heard !== null && (known === null || heard > known);
}
