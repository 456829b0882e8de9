import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { available } from '@parley/platform/db';
import { sql, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import type { Difference } from './decide.ts';
import { RECOUNTED_CONVERSATIONS, RECOUNTED_STATISTICS, STORED_STATISTICS } from './recount.ts';

/** The messages with these ids that are stored and listed. Throws `Unavailable`. */
export async function loadStored(
  db: Kysely<ReportingTables>,
  ids: readonly MessageId[],
): Promise<Map<MessageId, Message>> {
  const rows = db
    .selectFrom('message')
    .select(MESSAGE_COLUMNS)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('account_id', 'is not', null);
  return new Map((await available(rows.execute())).map((message) => [message.id, message]));
}

/** The next ids that are stored, in order. Throws `Unavailable`. */
export async function loadIds(
  db: Kysely<ReportingTables>,
  after: MessageId | null,
  limit: number,
): Promise<MessageId[]> {
  const rows = db
    .selectFrom('message')
    .select('id')
    .$if(after !== null, (query) => query.where('id', '>', after))
    .orderBy('id')
    .limit(limit);
  return (await available(rows.execute())).map(({ id }) => id);
}

/** Differences, the first of them, and how many there are. */
export interface Found {
  count: number;
  first: Difference[];
}

const BUCKET = 'account_id, kind, span, at, key, direction, type';

/** What is counted otherwise than the messages are, of one moment. Throws `Unavailable`. */
export function compareStatistics(db: Kysely<ReportingTables>, limit: number): Promise<Found> {
  const times = (table: string) => `select account_id, span, at, direction, type, min(first_at) as first_at,
    max(last_at) as last_at from ${table} where kind = 'status' group by 1, 2, 3, 4, 5`;
  return differences(
    db,
    `with counted as materialized (${RECOUNTED_STATISTICS}),
     bucket as (
       select concat_ws(' ', 'bucket', ${BUCKET}) as of, to_jsonb(s.count) as stored, to_jsonb(c.count) as expected
       from (${STORED_STATISTICS}) as s
       full join (select * from counted where count <> 0) as c using (${BUCKET})
       where s.count is distinct from c.count),
     times as (
       select concat_ws(' ', 'first and last of', account_id, span, at, direction, type) as of,
         jsonb_build_array(s.first_at, s.last_at) as stored, jsonb_build_array(c.first_at, c.last_at) as expected
       from (${times('stat_bucket')}) as s full join (${times('counted')}) as c using (account_id, span, at, direction, type)
       where (s.first_at, s.last_at) is distinct from (c.first_at, c.last_at))
     select * from bucket union all select * from times`,
    limit,
  );
}

/** Which conversations are otherwise than their messages make them, of one moment. Throws `Unavailable`. */
export function compareConversations(db: Kysely<ReportingTables>, limit: number): Promise<Found> {
  const fields = `account_id, participants, types, message_count, unread_count, last_message_id, last_message_at,
    last_heard_at, created_at`;
  return differences(
    db,
    `with counted as materialized (${RECOUNTED_CONVERSATIONS})
     select 'conversation ' || id as of, to_jsonb(s) - 'id' as stored, to_jsonb(c) - 'id' as expected
     from (select id, ${fields} from conversation) as s full join (select id, ${fields} from counted) as c using (id)
     where to_jsonb(s) is distinct from to_jsonb(c)`,
    limit,
  );
}

async function differences(db: Kysely<ReportingTables>, query: string, limit: number): Promise<Found> {
  const { rows } = await available(
    sql<Difference & { count: number }>`
      select of, stored, expected, count(*) over () as count from (${sql.raw(query)}) as d order by of limit ${limit}`.execute(
      db,
    ),
  );
  const first = rows.map(({ count: _, stored, expected, ...row }) => ({
    ...row,
    stored: stored ?? undefined,
    expected: expected ?? undefined,
  }));
  return { count: rows[0]?.count ?? 0, first };
}
