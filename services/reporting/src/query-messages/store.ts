import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Listing } from '@parley/platform/db';
import { expressionBuilder, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import { conditions, inOrder, ofTime, waysToBeOf, type Messages, type WantedMessages } from './conditions.ts';
import { nextIds } from './next-store.ts';

/** An account's messages that meet a filter, by `timestamp`, ties by id. */
export function listMessages(db: Kysely<ReportingTables>, wanted: WantedMessages): Listing<Message> {
  const eb = expressionBuilder<ReportingTables, 'message'>();
  const { account_id, filter, order } = wanted;
  const { user } = filter;
  const matching = ofTime(db.selectFrom('message').where('account_id', '=', account_id), filter)
    .where(eb.and(conditions(eb, wanted)))
    .$if(user !== null, (messages) =>
      messages.where(eb.or(user === null ? [] : waysToBeOf(eb, [user.id], user.addresses))),
    );
  const read = (messages: Messages) => inOrder(messages, order).select(MESSAGE_COLUMNS);
  const withIds = (ids: readonly MessageId[]) => read(db.selectFrom('message').where('id', 'in', ids));
  return {
    after: async (key, limit) => {
      const ids = await nextIds(db, wanted, { key, limit });
      return ids.length === 0 ? [] : withIds(ids).execute();
    },
    from: (offset, limit) => read(matching).offset(offset).limit(limit).execute(),
    count: async () => {
      const { count } = await matching
        .select((query) => query.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    keyOf: (message) => ({ at: message.timestamp, id: message.id }),
  };
}
