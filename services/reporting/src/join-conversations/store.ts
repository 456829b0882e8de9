import type { ConversationId, Participant } from '@parley/contracts/ids';
import { available } from '@parley/platform/db';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';
import type { Joinable, KnownAs } from './decide.ts';

type Trx = Transaction<ReportingTables>;

/** Conversations that may have to be joined. Throws `Unavailable`. */
export async function loadUnjoined(db: Kysely<ReportingTables>, limit: number): Promise<ConversationId[]> {
  const noted = db.selectFrom('unjoined').select('conversation_id').orderBy('conversation_id').limit(limit);
  return (await available(noted.execute())).map(({ conversation_id }) => conversation_id);
}

/** Forgets that a conversation may have to be joined. */
export async function dropUnjoined(db: Kysely<ReportingTables>, id: ConversationId): Promise<void> {
  await db.deleteFrom('unjoined').where('conversation_id', '=', id).execute();
}

/**
 * Waits until nothing is being projected, and keeps it so until the end of the transaction: every projection reads the
 * aliases, so it files by those from before or by those from after, and never into a conversation that is gone.
 */
export async function lockAliases(trx: Trx): Promise<void> {
  await sql`lock table conversation_alias in access exclusive mode`.execute(trx);
}

/** The conversation that is known by this id; null when there is none. */
export async function loadJoinable(trx: Trx, id: ConversationId): Promise<Joinable | null> {
  const { rows } = await sql<Joinable>`
    select c.id, c.account_id, c.created_at, to_json(c.participants) as participants,
      coalesce((select json_agg(json_build_object('id', a.id, 'participants', a.participants) order by a.id)
        from conversation_alias as a where a.conversation_id = c.id), '[]') as known_as
    from conversation as c
    where c.id = coalesce((select conversation_id from conversation_alias where id = ${id}), ${id})`.execute(
    trx,
  );
  const [found] = rows;
  if (found === undefined) return null;
  const addresses = found.participants.map(({ address }) => address);
  const owners = await trx
    .selectFrom('address_owner')
    .selectAll()
    .where('account_id', '=', found.account_id)
    .where('address', 'in', addresses)
    .orderBy('since')
    .orderBy('id')
    .execute();
  return { ...found, owners };
}

/** Makes one conversation, the oldest, of all that are known by these ids. */
export async function join(trx: Trx, { id }: Joinable, ids: readonly KnownAs[]): Promise<void> {
  const roots = await loadRoots(trx, ids);
  const [oldest = id, ...others] = roots;
  await saveAliases(trx, oldest, ids);
  if (others.length > 0)
    await trx
      .updateTable('conversation_alias')
      .set({ conversation_id: oldest })
      .where('conversation_id', 'in', others)
      .execute();
  const users = ids.flatMap(({ participants }) => participants).filter(({ user_id }) => user_id !== null);
  await foldInto(trx, { id: oldest, others, users });
}

/** The conversations that are known by these ids, oldest first. */
async function loadRoots(trx: Trx, ids: readonly KnownAs[]): Promise<ConversationId[]> {
  const { rows } = await sql<{ id: ConversationId }>`
    select distinct c.id, c.created_at from unnest(${ids.map(({ id }) => id)}::uuid[]) as known(id)
    left join conversation_alias as a on a.id = known.id
    join conversation as c on c.id = coalesce(a.conversation_id, known.id)
    order by c.created_at, c.id`.execute(trx);
  return rows.map(({ id }) => id);
}

async function saveAliases(trx: Trx, oldest: ConversationId, ids: readonly KnownAs[]): Promise<void> {
  for (const { id, participants } of ids)
    await sql`
      insert into conversation_alias (id, conversation_id, participants)
      values (${id}, ${oldest}, ${arrayOf(participants)})
      on conflict (id) do update set conversation_id = excluded.conversation_id`.execute(trx);
}

interface Fold {
  id: ConversationId;
  /** The conversations that end; there may be none. */
  others: readonly ConversationId[];
  /** Who takes part by what was found out. */
  users: readonly Participant[];
}

async function foldInto(trx: Trx, { id, others, users }: Fold): Promise<void> {
  await sql`
    with gone as (delete from conversation where id = any(${others}::uuid[]) returning *),
    one as (select * from gone union all select * from conversation where id = ${id}),
    whole as (
      select sum(message_count) as message_count, sum(unread_count) as unread_count,
        max(last_message_at) as last_message_at, max(last_heard_at) as last_heard_at, min(created_at) as created_at,
        (array_agg(last_message_id order by last_message_at desc, last_message_id desc))[1] as last_message_id,
        array(select distinct type from one, unnest(types) as type order by 1) as types,
        array(select distinct who from (
            select row(address, user_id)::participant as who from one, unnest(participants) as p(address, user_id)
            union all select row(address, user_id)::participant from unnest(${arrayOf(users)}) as u(address, user_id)
          ) as everybody order by 1) as participants
      from one
    )
    update conversation as c set message_count = whole.message_count, unread_count = whole.unread_count,
      last_message_at = whole.last_message_at, last_heard_at = whole.last_heard_at, created_at = whole.created_at,
      last_message_id = whole.last_message_id, types = whole.types, participants = whole.participants
    from whole where c.id = ${id}`.execute(trx);
}

/** Participants as PostgreSQL has them. */
function arrayOf(participants: readonly Participant[]): RawBuilder<unknown> {
  return sql`array(select row(address, user_id)::participant
    from jsonb_to_recordset(${JSON.stringify(participants)}::jsonb) as r(address text, user_id uuid) order by 1)`;
}
