import type { ConversationId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { MessageFilter, MessageQuery } from '@parley/contracts/requests/query-messages';
import type { Listing } from '@parley/platform/db';
import { expressionBuilder, sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import { inOrder, waysToBeOf, type MessageExpression, type Messages } from './whose.ts';

/** Which messages are wanted. */
export type WantedMessages = Pick<MessageQuery, 'account_id' | 'filter'> & {
  /** All ids of the conversation that the filter names; null = it names none. */
  conversations: readonly ConversationId[] | null;
};

/** An account's messages that meet a filter, newest `timestamp` first, ties by id. */
export function listMessages(
  db: Kysely<ReportingTables>,
  { account_id, filter, conversations }: WantedMessages,
): Listing<Message> {
  const eb = expressionBuilder<ReportingTables, 'message'>();
  const matching: Messages = db
    .selectFrom('message')
    .where('account_id', '=', account_id)
    .where(eb.and(conditions(eb, filter, conversations)));
  const ways = waysToBeWanted(eb, filter, conversations);
  const newest = (messages: Messages, limit: number): Messages =>
    ways === null ? messages : db.selectFrom('message').where(amongNewest(messages, ways, limit));
  const read = (messages: Messages) => inOrder(messages).select(MESSAGE_COLUMNS);
  return {
    after: (key, limit) =>
      read(newest(behind(matching, key), limit))
        .limit(limit)
        .execute(),
    from: (offset, limit) =>
      read(newest(matching, offset + limit))
        .offset(offset)
        .limit(limit)
        .execute(),
    count: async () => {
      const counted = ways === null ? matching : matching.where(eb.or(ways));
      const { count } = await counted.select(eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
      return count;
    },
    keyOf: (message) => ({ at: message.timestamp, id: message.id }),
  };
}

function behind(messages: Messages, key: Keyset | null): Messages {
  if (key === null) return messages;
  return messages.where(sql<SqlBool>`("timestamp", id) < (${key.at}, ${key.id})`);
}

/** Ways in which a message can be wanted, each with an index in the list's order; null = one index tells all. */
function waysToBeWanted(
  eb: MessageExpression,
  { user }: MessageFilter,
  conversations: WantedMessages['conversations'],
): Expression<SqlBool>[] | null {
  if (user !== null) return waysToBeOf(eb, [user.id], user.addresses);
  if (conversations === null || conversations.length === 1) return null;
  return conversations.map((id) => eb('conversation_id', '=', id));
}

/**
 * Whether a message is among the newest of any way: no more than `limit` are read of each, however many there are,
 * and the newest of all are among them.
 */
function amongNewest(
  messages: Messages,
  ways: readonly Expression<SqlBool>[],
  limit: number,
): Expression<SqlBool> {
  const ids = ways.map((way) => inOrder(messages.where(way)).select('id').limit(limit));
  return sql<SqlBool>`id in (${sql.join(ids, sql` union `)})`;
}

function conditions(
  eb: MessageExpression,
  filter: MessageFilter,
  conversations: WantedMessages['conversations'],
): Expression<SqlBool>[] {
  const { from, to, type, direction, status, status_reason, since } = filter;
  return [
    from && anyOf(eb, 'from', from),
    to && anyOf(eb, 'to', to),
    type && eb('type', '=', type),
    direction && eb('direction', '=', direction),
    status && eb('status', '=', status),
    status_reason === null ? null : eb('status_reason', '=', status_reason),
    conversations && eb('conversation_id', 'in', conversations),
    since === null ? null : eb('timestamp', '>=', since),
  ].filter((condition) => condition !== null);
}

function anyOf(eb: MessageExpression, column: 'from' | 'to', values: string[]): Expression<SqlBool> {
  return values.length === 0 ? eb.lit(false) : eb(column, 'in', values);
}
