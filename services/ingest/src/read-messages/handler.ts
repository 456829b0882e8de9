import type { Message } from '@parley/contracts/message';
import type { ReadItem } from '@parley/contracts/requests/read-messages';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { toMessage } from '../inbound-message.ts';
import { loadMessages } from './store.ts';

/** Answers inbound messages by id, one statement for all; null for what the asking account does not have. */
export function messageReader(db: Executor): RequestHandler<ReadItem, Message | null> {
  return async (items) => {
    const rows = await loadMessages(
      db,
      items.map((item) => item.message_id),
    );
    const messages = new Map(rows.map((row) => [row.id, row]));
    return items.map(({ message_id, account_id }) => {
      const row = messages.get(message_id);
      return row?.account_id === account_id ? toMessage(row) : null;
    });
  };
}
