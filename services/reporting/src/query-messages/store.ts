import type { Message } from '@parley/contracts/message';
import type { MessageFilter, MessageQuery } from '@parley/contracts/requests/query-messages';
import type { Listing } from '@parley/platform/db';
import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';

/** An account's messages that meet a filter, newest `timestamp` first, ties by id. */
export function listMessages(
  db: Kysely<ReportingTables>,
  { account_id, filter }: Pick<MessageQuery, 'account_id' | 'filter'>,
): Listing<Message> {
  const matching = db
    .selectFrom('message')
    .where('account_id', '=', account_id)
    .where((eb) => eb.and(conditions(eb, filter)));
  const ordered = matching.select(MESSAGE_COLUMNS).orderBy('timestamp', 'desc').orderBy('id', 'desc');
  return {
    after: (key, limit) =>
      ordered
        .$if(key !== null, (query) => query.where(sql<SqlBool>`("timestamp", id) < (${key?.at}, ${key?.id})`))
        .limit(limit)
        .execute(),
    from: (offset, limit) => ordered.offset(offset).limit(limit).execute(),
    count: async () => {
      const { count } = await matching
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    keyOf: (message) => ({ at: message.timestamp, id: message.id }),
  };
}

type MessageExpression = ExpressionBuilder<ReportingTables, 'message'>;

function conditions(eb: MessageExpression, filter: MessageFilter): Expression<SqlBool>[] {
  const { from, to, type, direction, status, status_reason, conversation_id } = filter;
  return [
    from && anyOf(eb, 'from', from),
    to && anyOf(eb, 'to', to),
    type && eb('type', '=', type),
    direction && eb('direction', '=', direction),
    status && eb('status', '=', status),
    status_reason === null ? null : eb('status_reason', '=', status_reason),
    conversation_id && eb('conversation_id', '=', conversation_id),
  ].filter((condition) => condition !== null);
}

function anyOf(eb: MessageExpression, column: 'from' | 'to', values: string[]): Expression<SqlBool> {
  return values.length === 0 ? eb.lit(false) : eb(column, 'in', values);
}
