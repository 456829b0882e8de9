import type { UserId } from '@parley/contracts/ids';
import type { Expression, ExpressionBuilder, SelectQueryBuilder, SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';

export type Messages = SelectQueryBuilder<ReportingTables, 'message', unknown>;
export type MessageExpression = ExpressionBuilder<ReportingTables, 'message'>;

/** Every way in which a message can be of users and addresses, each with an index of its own in the list's order. */
export function waysToBeOf(
  eb: MessageExpression,
  users: readonly UserId[],
  addresses: readonly string[],
): Expression<SqlBool>[] {
  return [
    ...users.flatMap((id) => [eb('from_user_id', '=', id), eb('to_user_id', '=', id)]),
    ...addresses.flatMap((address) => [eb('from', '=', address), eb('to', '=', address)]),
  ];
}

/** Messages in the order of their list: newest `timestamp` first, ties by id. */
export function inOrder(messages: Messages): Messages {
  return messages.orderBy('timestamp', 'desc').orderBy('id', 'desc');
}
