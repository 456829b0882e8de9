import { formatMessageId } from '../ids.ts';
import type { Message } from '../message.ts';

/** A message as clients see it: ids prefixed, internal fields left out, every field present. */
export type MessageResource = Omit<Message, 'id' | 'in_reply_to' | 'round'> & {
  id: string;
  in_reply_to: string | null;
};

/** Turns a stored message into the resource that the API answers. */
export function messageResource({ round: _, ...message }: Message): MessageResource {
  return {
    ...message,
    id: formatMessageId(message.id),
    in_reply_to: message.in_reply_to === null ? null : formatMessageId(message.in_reply_to),
  };
}
