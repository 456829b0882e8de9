import type { ChangeItem, ChangeReply } from '@parley/contracts/requests/change-messages';
import type { RequestHandler } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import type { Outbox } from '@parley/platform/outbox';
import type { CountMessages } from '../count-messages.ts';
import type { Database } from '../database.ts';
import { changeMessages, type ChangeOptions } from './change.ts';
import type { Judge } from './standing.ts';

export interface ChangerOptions extends ChangeOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
}

/** Makes the function that changes messages as `judge` says, all in one transaction, and answers after the commit. */
export function messageChanger<Item extends ChangeItem>(
  options: ChangerOptions,
  judge: Judge<Item>,
): RequestHandler<Item, ChangeReply> {
  const { db, outbox, count } = options;
  return async (items) => {
    const { replies, moved, rows } = await inTransaction(db, (trx) =>
      changeMessages(trx, items, judge, options),
    );
    outbox.publishNow(rows);
    count(moved);
    return replies;
  };
}
