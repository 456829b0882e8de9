import type { AccountId, ConversationId, MessageId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { ListOrder, MessageFilter } from '@parley/contracts/requests/query-messages';
import {
  expressionBuilder,
  sql,
  type Expression,
  type ExpressionWrapper,
  type Kysely,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely';
import type { ReportingTables } from '../database.ts';

export type Messages = SelectQueryBuilder<ReportingTables, 'message', unknown>;

/** Which messages are wanted, and in what order. */
export interface WantedMessages {
  account_id: AccountId;
  filter: MessageFilter;
  order: ListOrder;
  /** All ids of the conversation that the filter names; null = it names none. */
  conversations: readonly ConversationId[] | null;
  /** All messages that providers call by the names in the filter, and perhaps others; null = it has no names. */
  named: readonly MessageId[] | null;
}

const eb = expressionBuilder<ReportingTables, 'message'>();

/** That all of these hold. */
export function allOf(
  conditions: readonly Expression<SqlBool>[],
): ExpressionWrapper<ReportingTables, 'message', SqlBool> {
  return eb.and([...conditions]);
}

/** What a message must be, besides of the account, of the user and of the time. */
export function conditions({
  filter,
  conversations,
  named,
}: Pick<WantedMessages, 'filter' | 'conversations' | 'named'>): Expression<SqlBool>[] {
  const { id, from, to, provider_message_id, type, direction, status, status_reason, q } = filter;
  return [
    id && anyOf('id', id),
    named && anyOf('id', named),
    from && anyOf('from', from),
    to && anyOf('to', to),
    provider_message_id && anyOf('provider_message_id', provider_message_id),
    type && eb('type', '=', type),
    direction && eb('direction', '=', direction),
    status && eb('status', '=', status),
    status_reason === null ? null : eb('status_reason', '=', status_reason),
    conversations && anyOf('conversation_id', conversations),
    q === null ? null : says(q),
  ].filter((condition) => condition !== null);
}

/** That a message is of the time that is wanted. */
export function ofTime(messages: Messages, { since, until }: MessageFilter): Messages {
  return messages
    .$if(since !== null, (query) => query.where('timestamp', '>=', since))
    .$if(until !== null, (query) => query.where('timestamp', '<=', until));
}

/** Every way in which a message can be of users and addresses, each with an index of its own in the list's order. */
export function waysToBeOf(users: readonly string[], addresses: readonly string[]): Expression<SqlBool>[] {
  return [
    ...users.flatMap((id) => [anyOf('from_user_id', [id]), anyOf('to_user_id', [id])]),
    ...addresses.flatMap((address) => [eb('from', '=', address), eb('to', '=', address)]),
  ];
}

/** That a message is the user's who is asked for, if one is. */
export function ofUser({ user }: MessageFilter): Expression<SqlBool>[] {
  return user === null ? [] : [eb.or(waysToBeOf([user.id], user.addresses))];
}

/** Messages of the account. */
export function ofAccount(db: Kysely<ReportingTables>, { account_id }: WantedMessages): Messages {
  return db.selectFrom('message').where('account_id', '=', account_id);
}

/** Messages in the order of their list: by `timestamp`, ties by id. */
export function inOrder(messages: Messages, order: ListOrder): Messages {
  return messages.orderBy('timestamp', order).orderBy('id', order);
}

/** Those that come after a key. */
export function behind(messages: Messages, key: Keyset | null, order: ListOrder): Messages {
  if (key === null) return messages;
  const after = order === 'desc' ? sql`<` : sql`>`;
  return messages.where(sql<SqlBool>`("timestamp", id) ${after} (${key.at}, ${key.id})`);
}

/** How many bytes a message says; known without reading them. */
export const OCTETS = sql<number>`(coalesce(octet_length(body), 0) + coalesce(octet_length(subject), 0))`;

/** Capitals as PostgreSQL's own rules for Unicode have them, whatever the database is set to. */
function says(q: string): Expression<SqlBool> {
  const lower = (value: Expression<unknown>) => sql`lower(${value} collate pg_c_utf8)`;
  return sql<SqlBool>`(strpos(${lower(sql.ref('body'))}, ${lower(sql`${q}::text`)}) > 0
    or strpos(${lower(sql.ref('subject'))}, ${lower(sql`${q}::text`)}) > 0)`;
}

type Listed =
  'id' | 'from' | 'to' | 'provider_message_id' | 'conversation_id' | 'from_user_id' | 'to_user_id';

function anyOf(column: Listed, values: readonly string[]): Expression<SqlBool> {
  const [only] = values;
  if (only === undefined) return eb.lit(false);
  if (values.length === 1) return sql<SqlBool>`${sql.ref(column)} = ${only}`;
  return sql<SqlBool>`${sql.ref(column)} = any(${values})`;
}
