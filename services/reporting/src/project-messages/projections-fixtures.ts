import { sql, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import {
  RECOUNTED_CONVERSATIONS,
  RECOUNTED_STATISTICS,
  STORED_STATISTICS,
} from '../verify-projections/recount.ts';

/** For tests: empties the projections. Deleting is quicker than truncating while there is little. */
export async function forget(db: Kysely<ReportingTables>): Promise<void> {
  await db.deleteFrom('message').execute();
  await db.deleteFrom('stat_bucket').execute();
  await db.deleteFrom('sender_bucket').execute();
  await db.deleteFrom('sender_number').execute();
  await db.deleteFrom('sender_pack').execute();
  await db.deleteFrom('conversation').execute();
  await db.deleteFrom('conversation_alias').execute();
  await db.deleteFrom('address_owner').execute();
  await db.deleteFrom('unjoined').execute();
  await db.deleteFrom('unindexed').execute();
  await db.deleteFrom('searchable').execute();
}

const ONE_BUCKET = sql`
  select account_id, kind, span, at, key, direction, type, count`;
const ONE_CONVERSATION = sql`
  select id, account_id, to_json(participants) as participants, types, message_count, unread_count, last_message_id,
    last_message_at, last_heard_at, created_at`;
const IN_ORDER = sql`order by 1, 2, 3, 4, 5, 6, 7`;

/** For tests: everything the projections hold, in a form that can be compared. */
export async function projections(db: Kysely<ReportingTables>) {
  const messages = await db.selectFrom('message').select(MESSAGE_COLUMNS).orderBy('id').execute();
  const statistics = await sql`
    ${ONE_BUCKET} from (${sql.raw(STORED_STATISTICS)}) as b ${IN_ORDER}`.execute(db);
  const conversations = await sql`${ONE_CONVERSATION} from conversation order by id`.execute(db);
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
  const conversations = await sql`
    ${ONE_CONVERSATION} from (${sql.raw(RECOUNTED_CONVERSATIONS)}) as c order by id`.execute(db);
  return {
    statistics: statistics.rows,
    conversations: conversations.rows,
  };
}
