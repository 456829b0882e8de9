import type { Message } from '@parley/contracts/message';
import type { ReadItem } from '@parley/contracts/requests/read-messages';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadMessages } from './store.ts';

/** Answers messages by id, one statement for all; null for what the asking account does not have. */
export function messageReader(db: Executor): RequestHandler<ReadItem, Message | null> {
  return async (items) => {
    const ids = items.map((item) => item.message_id);
    const messages = new Map((await loadMessages(db, ids)).map((message) => [message.id, message]));
    return items.map(({ message_id, account_id }) => {
      const message = messages.get(message_id);
      return message?.account_id === account_id ? message : null;
    });
  };
}
