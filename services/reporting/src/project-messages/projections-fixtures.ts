import { sql, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import { RECOUNTED_STATISTICS } from './statistics.ts';

/** For tests: empties the projections. Deleting is quicker than truncating while there is little. */
export async function forget(db: Kysely<ReportingTables>): Promise<void> {
  await db.deleteFrom('message').execute();
  await db.deleteFrom('stat_bucket').execute();
  await db.deleteFrom('conversation').execute();
  await db.deleteFrom('conversation_alias').execute();
  await db.deleteFrom('address_owner').execute();
  await db.deleteFrom('unjoined').execute();
  await db.deleteFrom('unindexed').execute();
  await db.deleteFrom('searchable').execute();
}

const ONE_BUCKET = sql`
  select account_id, kind, span, at, key, direction, type, count`;
const IN_ORDER = sql`order by 1, 2, 3, 4, 5, 6, 7`;

/** For tests: everything the projections hold, in a form that can be compared. */
export async function projections(db: Kysely<ReportingTables>) {
  const messages = await db.selectFrom('message').select(MESSAGE_COLUMNS).orderBy('id').execute();
  const statistics = await sql`
    ${ONE_BUCKET} from stat_bucket where count <> 0 ${IN_ORDER}`.execute(db);
  const conversations = await sql`
    select id, account_id, to_json(participants) as participants, types, message_count, unread_count,
      last_message_id, last_message_at, last_heard_at, created_at from conversation order by id`.execute(db);
  return {
    messages,
    statistics: statistics.rows,
    conversations: conversations.rows,
  };
}

/** For tests: what statistics and conversations must be, counted from the messages alone. */
export async function recounted(db: Kysely<ReportingTables>) {
  const statistics = await sql`
    ${ONE_BUCKET} from (${sql.raw(RECOUNTED_STATISTICS)}) as b ${IN_ORDER}`.execute(db);
  const filed = sql`select m.*, coalesce(a.conversation_id, m.conversation_id) as filed_in from message as m
    left join conversation_alias as a on a.id = m.conversation_id where account_id is not null`;
  const users = sql`select a.conversation_id, account_id, one.address, one.user_id from conversation_alias as a
    cross join lateral unnest(a.participants) as one(address, user_id)
    join (select distinct filed_in, account_id from (${filed}) as f) as f on f.filed_in = a.conversation_id
    where one.user_id is not null`;
  const involved = sql`select filed_in, account_id, one.address, one.user_id from (${filed}) as m
    cross join lateral (values (m."from", m.from_user_id), (m."to", m.to_user_id)) as one(address, user_id)
    union select * from (${users}) as u`;
  const conversations = await sql`
    select filed_in as id, account_id,
      (select json_agg(p order by p) from (
        select distinct row(i.address, i.user_id)::participant as p from (${involved}) as i
        where i.filed_in = m.filed_in) as pairs) as participants,
      array_agg(distinct type) as types, count(*) as message_count,
      count(*) filter (where direction = 'inbound' and status <> 'read') as unread_count,
      (array_agg(id order by created_at desc, id desc))[1] as last_message_id,
      max(created_at) as last_message_at,
      max(created_at) filter (where direction = 'inbound' or type = 'chat') as last_heard_at,
      min(created_at) as created_at
    from (${filed}) as m group by filed_in, account_id order by 1`.execute(db);
  return {
    statistics: statistics.rows,
    conversations: conversations.rows,
  };
}
