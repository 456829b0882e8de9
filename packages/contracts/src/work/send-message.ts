import { z } from 'zod';
import type { WorkContract } from '../contract.ts';
import { accountId, messageId } from '../ids.ts';
import { messageType } from '../message-type.ts';

/** What may overtake what: one-time codes travel on a subject of their own. */
export const priority = z.enum(['high', 'normal']);
export type Priority = z.infer<typeof priority>;

/** One message waits to be sent. The claim reads its content; this only wakes someone up. */
const sendMessageWork = z.object({
  message_id: messageId,
  account_id: accountId,
  type: messageType,
  priority,
});
export type SendMessageWork = z.infer<typeof sendMessageWork>;

export const sendMessage: WorkContract<SendMessageWork> = {
  subject: (work) => `work.send.${work.priority}.${work.type}`,
  version: 1,
  work: sendMessageWork,
};
