import { userId, type AccountId, type ConversationId, type UserId } from '@parley/contracts/ids';
import { sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { inOrder, waysToBeOf } from '../query-messages/conditions.ts';

/** Somebody of an account, by whatever they are known: addresses, and ids of users. */
export interface Somebody {
  account_id: AccountId;
  who: readonly string[];
}

/** That any of these takes part in a conversation. */
export function takesPart({ who }: Somebody): Expression<SqlBool> {
  return sql<SqlBool>`exists (select from unnest(participants) as one(address, user_id)
    where one.address = any(${who}::text[]) or one.user_id = any(${usersAmong(who)}::uuid[]))`;
}

/** The conversations of somebody's messages, and so all in which they take part; null for more messages than `most`. */
export async function conversationsOf(
  db: Kysely<ReportingTables>,
  { account_id, who }: Somebody,
  most: number,
): Promise<ConversationId[] | null> {
  const users = usersAmong(who);
  const addresses = [...new Set([...who, ...(await addressesOf(db, users))])];
  const read = waysToBeOf(users, addresses).map((way) =>
    inOrder(db.selectFrom('message').where('account_id', '=', account_id).where(way), 'desc')
      .select('conversation_id')
      .limit(most + 1),
  );
  const { rows } = await sql<{ id: ConversationId; most: number }>`
    with said as (${sql.join(
      read.map((messages) => sql`(${messages})`),
      sql` union all `,
    )} limit ${most + 1}),
    each as (select conversation_id, count(*) as n from said group by 1)
    select distinct coalesce(a.conversation_id, each.conversation_id) as id, (select sum(n) from each) as most
    from each left join conversation_alias as a on a.id = each.conversation_id`.execute(db);
  return (rows[0]?.most ?? 0) > most ? null : rows.map(({ id }) => id);
}

function usersAmong(who: readonly string[]): UserId[] {
  return who.flatMap((one) => userId.safeParse(one).data ?? []);
}

/** Whatever was theirs at any time: what was said before then counts as theirs, though it does not name them. */
async function addressesOf(db: Kysely<ReportingTables>, users: readonly UserId[]): Promise<string[]> {
  if (users.length === 0) return [];
  const owned = db.selectFrom('address_owner').select('address').where('user_id', 'in', users);
  return (await owned.execute()).map(({ address }) => address);
}
