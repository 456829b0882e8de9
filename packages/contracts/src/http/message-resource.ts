import { z } from 'zod';
import { formatMessageId } from '../ids.ts';
import { message, type Message } from '../message.ts';

/** A message's id as clients see it. */
export const shownMessageId = z
  .string()
  .regex(/^msg_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .meta({ examples: ['msg_019a8c2e-7d1b-7c3a-9f52-3b1c6a0e4d11'] });

/** A message as clients see it: ids prefixed, internal fields left out, every field present. */
export const shownMessage = message
  .omit({ round: true })
  .extend({ id: shownMessageId, in_reply_to: shownMessageId.nullable() })
  .meta({ id: 'Message' });
export type MessageResource = z.infer<typeof shownMessage>;

/** Turns a stored message into the resource that the API answers. */
export function messageResource({ round: _, ...told }: Message): MessageResource {
  return {
    ...told,
    id: formatMessageId(told.id),
    in_reply_to: told.in_reply_to === null ? null : formatMessageId(told.in_reply_to),
  };
}
