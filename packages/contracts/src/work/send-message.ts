import { z } from 'zod';
import type { WorkContract } from '../contract.ts';
import { accountId, connectionId, messageId } from '../ids.ts';
import { messageType } from '../message-type.ts';
import { priority } from '../sending-choices.ts';

/** One message waits to be sent. The claim reads its content; this only wakes someone up. */
const sendMessageWork = z.object({
  message_id: messageId,
  account_id: accountId,
  type: messageType,
  /** Whose lane it is in. */
  from: z.string(),
  priority,
  /** The connection that surely did not send it just now, to be passed over while another one is healthy. */
  avoid: connectionId.nullable(),
  /** The connection that may have sent it already, and the only one that may be asked again. */
  only: connectionId.nullable(),
});
export type SendMessageWork = z.infer<typeof sendMessageWork>;

export const sendMessage: WorkContract<SendMessageWork> = {
  subject: (work) => `work.send.${work.priority}.${work.type}`,
  version: 1,
  work: sendMessageWork,
};
