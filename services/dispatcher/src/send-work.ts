import type { Message } from '@parley/contracts/message';
import type { ConnectionId } from '@parley/contracts/ids';
import type { Priority } from '@parley/contracts/sending-choices';
import { sendMessage } from '@parley/contracts/work/send-message';
import { workRow, type OutboxRow } from '@parley/platform/outbox';
import { acceptSpanOf, type TracedMessage } from './message-trace.ts';

/** When and how urgently a message is to be sent. */
export interface Urgency {
  priority: Priority;
  /** An instant; null = at once. */
  at: string | null;
  /** The connection to pass over while another one is healthy. */
  avoid?: ConnectionId | null;
  /** The only connection that may be asked. */
  only?: ConnectionId | null;
}

/** The outbox row of the work to send a message; at once and with normal priority unless told otherwise. */
export function sendWork(
  {
    id,
    account_id,
    type,
    from,
    trace_id = null,
  }: Pick<Message, 'account_id' | 'type' | 'from'> & TracedMessage,
  { priority, at, avoid = null, only = null }: Urgency = { priority: 'normal', at: null },
): OutboxRow {
  const work = { message_id: id, account_id, type, from, priority, avoid, only };
  return workRow(sendMessage, work, { available_at: at, cause: acceptSpanOf({ id, trace_id }) });
}
