import type { Message } from '@parley/contracts/message';
import type { ReadItem } from '@parley/contracts/requests/read-messages';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { reasonToWait, type Connections } from '../reason-to-wait.ts';
import { loadMessages } from './store.ts';

/**
 * Answers messages by id, one statement for all, with the reasons for which they wait now; null for what the asking
 * account does not have. Throws `Unavailable`.
 */
export function messageReader(
  db: Executor,
  connections: Connections,
): RequestHandler<ReadItem, Message | null> {
  return async (items) => {
    const ids = items.map((item) => item.message_id);
    const messages = new Map((await loadMessages(db, ids)).map((message) => [message.id, message]));
    return Promise.all(
      items.map(({ message_id, account_id }) => {
        const message = messages.get(message_id);
        return message?.account_id === account_id ? asItWaits(message, connections) : null;
      }),
    );
  };
}

/** With the reason for which it waits now, if it waits for one. */
function asItWaits(message: Message, connections: Connections): Message | Promise<Message> {
  const { status, status_reason } = message;
  if (status !== 'queued' || status_reason === null) return message;
  return reasonToWait(message, status_reason, connections).then((reason) => ({
    ...message,
    status_reason: reason,
  }));
}
