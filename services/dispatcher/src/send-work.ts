import type { Message } from '@parley/contracts/message';
import { sendMessage, type Priority } from '@parley/contracts/work/send-message';
import { workRow, type OutboxRow } from '@parley/platform/outbox';

/** When and how urgently a message is to be sent. */
export interface Urgency {
  priority: Priority;
  /** An instant; null = at once. */
  at: string | null;
}

/** The outbox row of the work to send a message; at once and with normal priority unless told otherwise. */
export function sendWork(
  { id, account_id, type }: Pick<Message, 'id' | 'account_id' | 'type'>,
  { priority, at }: Urgency = { priority: 'normal', at: null },
): OutboxRow {
  return workRow(sendMessage, { message_id: id, account_id, type, priority }, at);
}
