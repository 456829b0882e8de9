import { CHANGES, UPSERT_SENDERS, UPSERT_STATISTICS } from './statistics.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Columns of what a message says: told as a whole, and never changed. */
const CONTENT = words(`
  account_id conversation_id direction type "from" "to" subject body attachments encoding segments in_reply_to metadata
  client_reference "timestamp" created_at send_at from_user_id to_user_id trace_id`);

/** What a message is called at its provider, as one value in an order. */
const name = (row: string): string =>
  `(coalesce(${row}.provider_message_id, '') collate "C", coalesce(${row}.provider, '') collate "C")`;

/** That what is told goes further than what is known. */
const FURTHER = 'excluded.progress > m.progress';
/** That it tells of the same status: several calls may have been accepted, several receipts may say the same. */
const SAME = 'excluded.progress = m.progress';

const further = (column: string): string =>
  `case when ${FURTHER} then excluded.${column} else m.${column} end`;
const named = (column: string): string =>
  `case when ${FURTHER} or ${SAME} and ${name('excluded')} > ${name('m')} then excluded.${column} else m.${column} end`;
const joined = (column: string, join: string): string =>
  `case when ${FURTHER} then excluded.${column} when ${SAME} then ${join}(m.${column}, excluded.${column})
      else m.${column} end`;

/** What becomes of each column that changes, exactly as `collapse` has it. */
const STATE: Record<string, string> = {
  status: further('status'),
  round: further('round'),
  progress: further('progress'),
  status_reason: joined('status_reason', 'greatest'),
  provider: named('provider'),
  provider_message_id: named('provider_message_id'),
  sent_at: joined('sent_at', 'least'),
  delivered_at: joined('delivered_at', 'least'),
  read_at: 'least(m.read_at, excluded.read_at)',
  expires_at: 'greatest(m.expires_at, excluded.expires_at)',
};
/** So much later an owner may learn whose an address is, and clocks may differ by as much. */
const STALE_FOR = '30 s';
const COLUMNS = ['id', ...CONTENT, ...Object.keys(STATE)].join(', ');

const each = (columns: readonly string[], write: (column: string) => string): string =>
  columns.map(write).join(', ');

/** Rows as they travel: `$1` is a JSON array with an object for each message, what is not known left out. */
const TOLD = `jsonb_to_recordset($1) as told(id uuid, account_id text, conversation_id uuid, direction text, type text,
  "from" text, "to" text, subject text, body text, attachments jsonb, encoding text, segments int, in_reply_to uuid,
  metadata jsonb, client_reference text, "timestamp" timestamptz, created_at timestamptz, send_at timestamptz,
  from_user_id uuid, to_user_id uuid, trace_id text, status_reason text, status text, round int, progress int,
  provider text, provider_message_id text, sent_at timestamptz, delivered_at timestamptz,
  read_at timestamptz, expires_at timestamptz)`;

/** Merges as `collapse` does, and writes no row that would stay as it is. Every row comes once, sorted by its key. */
const UPSERT_MESSAGES = `
  insert into message as m (${COLUMNS})
  select ${COLUMNS} from ${TOLD} order by id
  on conflict (id) do update set
    ${each(CONTENT, (column) => `${column} = coalesce(m.${column}, excluded.${column})`)},
    ${each(Object.keys(STATE), (column) => `${column} = ${STATE[column]}`)}
  where ${FURTHER} or m.account_id is null and excluded.account_id is not null
    or (${Object.values(STATE).join(', ')}) is distinct from (${each(Object.keys(STATE), (column) => `m.${column}`)})
  returning new.id, new.account_id, new.conversation_id, new.direction, new.type, new."from", new."to",
    new.from_user_id, new.to_user_id, new."timestamp", new.created_at, new.send_at, new.status, new.delivered_at,
    old.account_id is not null as was_counted, old.status as old_status, old.delivered_at as old_delivered_at`;

/** What a message brings to its conversation: itself, once, and whether it is still to be read. */
const NEWS = `
  select *, coalesce((select a.conversation_id from conversation_alias as a where a.id = counted.conversation_id),
      conversation_id) as filed_in, (not was_counted)::int as messages,
    (direction = 'inbound' and status <> 'read')::int
      - (was_counted and direction = 'inbound' and old_status <> 'read')::int as unread
  from counted
  where not was_counted or direction = 'inbound' and (status = 'read') <> (old_status = 'read')`;

const TAKING_PART = `
  select filed_in, array_agg(distinct row(one.address, one.user_id)::participant) as participants
  from news cross join lateral (values ("from", from_user_id), ("to", to_user_id)) as one(address, user_id)
  group by filed_in`;

const ACTIVITY = `
  select filed_in, account_id, array_agg(distinct type) as types, sum(messages) as messages,
    sum(unread) as unread, (array_agg(id order by created_at desc, id desc))[1] as last_message_id,
    max(created_at) as last_message_at, min(created_at) as created_at,
    max(created_at) filter (where direction = 'inbound' or type = 'chat') as last_heard_at
  from news group by filed_in, account_id`;

const UPSERT_CONVERSATIONS = `
  insert into conversation as c (id, account_id, participants, types, message_count, unread_count, last_message_id,
    last_message_at, last_heard_at, created_at)
  select filed_in, account_id, participants, types, messages, unread, last_message_id, last_message_at,
    last_heard_at, created_at
  from activity join taking_part using (filed_in)
  order by filed_in
  on conflict (id) do update set
    participants = case when excluded.participants <@ c.participants then c.participants
      else array(select distinct one from unnest(c.participants || excluded.participants) as one order by one) end,
    types = case when excluded.types <@ c.types then c.types
      else array(select distinct one from unnest(c.types || excluded.types) as one order by one) end,
    message_count = c.message_count + excluded.message_count,
    unread_count = c.unread_count + excluded.unread_count,
    last_message_id = case when (excluded.last_message_at, excluded.last_message_id)
      > (c.last_message_at, c.last_message_id) then excluded.last_message_id else c.last_message_id end,
    last_message_at = greatest(c.last_message_at, excluded.last_message_at),
    last_heard_at = greatest(c.last_heard_at, excluded.last_heard_at),
    created_at = least(c.created_at, excluded.created_at)
  returning new.id, new.account_id, new.participants, new.created_at,
    cardinality(new.participants) > coalesce(cardinality(old.participants), 0) as has_more,
    new.created_at < old.created_at as is_older`;

/**
 * Conversations that may have to be joined with a user's: an address in them came to be theirs. Not if they began after
 * every address became whose it is, and that is so with nearly all: their messages name the users.
 */
const NOTE_UNJOINED = `
  insert into unjoined (conversation_id)
  select distinct filed.id
  from filed cross join lateral unnest(participants) as one(address, user_id)
    join address_owner as o on o.account_id = filed.account_id and o.address = one.address
  where (has_more or is_older) and one.user_id is null
    and filed.created_at < (select max(since) from address_owner) + interval '${STALE_FOR}'
  order by 1
  on conflict (conversation_id) do nothing`;

/** What cannot be found by its text yet: one row for all of it, so that it costs a message next to nothing. */
const NOTE_UNINDEXED = `
  insert into unindexed (messages, size)
  select array_agg(id), count(*) from news where messages = 1 having count(*) > 0`;

/**
 * The whole projection in one statement, hence in one moment: a message that is listed is counted and filed too.
 * Statistics and conversations change by the difference between a message's row before and after; rows whose
 * content has not arrived make none.
 */
export const PROJECT = `
with projected as (${UPSERT_MESSAGES}),
counted as (select * from projected where account_id is not null),
change as materialized (${CHANGES}),
statistics as (${UPSERT_STATISTICS}),
senders as (${UPSERT_SENDERS}),
news as (${NEWS}),
taking_part as (${TAKING_PART}),
activity as (${ACTIVITY}),
unindexed as (${NOTE_UNINDEXED}),
filed as (${UPSERT_CONVERSATIONS})
${NOTE_UNJOINED}`;
