import type { AccountId, ConversationId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { ConversationQuery } from '@parley/contracts/requests/query-conversations';
import { available, type Listing } from '@parley/platform/db';
import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import type { Participant } from './decide.ts';

/** A conversation as it is stored. */
export interface StoredConversation {
  id: ConversationId;
  account_id: AccountId;
  used: Participant[];
  types: Message['type'][];
  message_count: number;
  unread_count: number;
  last_message_id: MessageId;
  last_message_at: string;
  last_heard_at: string | null;
  created_at: string;
}

/** An account's conversations, or those that are asked for, newest activity first, ties by id. */
export function listConversations(
  db: Kysely<ReportingTables>,
  { account_id, id, participant }: Pick<ConversationQuery, 'account_id' | 'id' | 'participant'>,
): Listing<StoredConversation> {
  // Of somebody rare all are read and sorted; for somebody in most of them the list is walked.
  const theirs = db
    .selectFrom('participation')
    .select('conversation_id')
    .where('account_id', '=', account_id)
    .where('who', 'in', participant ?? []);
  const matching = db
    .selectFrom('conversation')
    .where('account_id', '=', account_id)
    .$if(id !== null, (query) => query.where('id', '=', rootOf(id)))
    .$if(participant !== null, (query) => query.where('id', 'in', theirs));
  const ordered = matching
    .select([
      'id',
      'account_id',
      'types',
      'message_count',
      'unread_count',
      'last_message_id',
      'last_message_at',
      'last_heard_at',
    ])
    .select(['created_at', sql<Participant[]>`to_json(participants)`.as('used')])
    .orderBy('last_message_at', 'desc')
    .orderBy('id', 'desc');
  return {
    after: (key, limit) =>
      ordered
        .$if(key !== null, (query) =>
          query.where(sql<SqlBool>`(last_message_at, id) < (${key?.at}, ${key?.id})`),
        )
        .limit(limit)
        .execute(),
    from: (offset, limit) => ordered.offset(offset).limit(limit).execute(),
    count: async () => {
      const { count } = await matching
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    keyOf: (conversation) => ({ at: conversation.last_message_at, id: conversation.id }),
  };
}

/** The id under which a conversation is stored, by any of its ids. */
function rootOf(id: ConversationId | null): RawBuilder<ConversationId> {
  return sql`coalesce((select conversation_id from conversation_alias where id = ${id}), ${id})`;
}

/** All ids of a conversation, by any of them; it need not exist. Throws `Unavailable`. */
export async function loadIds(db: Kysely<ReportingTables>, id: ConversationId): Promise<ConversationId[]> {
  const known = db
    .selectFrom('conversation_alias')
    .select('id')
    .where('conversation_id', '=', rootOf(id))
    .orderBy('id');
  const found = await available(known.execute());
  return found.length === 0 ? [id] : found.map((one) => one.id);
}

/** The messages with these ids. Throws `Unavailable`. */
export async function loadMessages(
  db: Kysely<ReportingTables>,
  ids: readonly MessageId[],
): Promise<Map<MessageId, Message>> {
  if (ids.length === 0) return new Map();
  const wanted = db.selectFrom('message').select(MESSAGE_COLUMNS).where('id', 'in', ids);
  const rows = await available(wanted.execute());
  return new Map(rows.map((row) => [row.id, row]));
}

/** The other ids by which conversations are known, by the id under which they are stored. Throws `Unavailable`. */
export async function loadJoined(
  db: Kysely<ReportingTables>,
  ids: readonly ConversationId[],
): Promise<Map<ConversationId, ConversationId[]>> {
  if (ids.length === 0) return new Map();
  const known = db
    .selectFrom('conversation_alias')
    .select(['conversation_id', sql<ConversationId[]>`array_agg(id order by id)`.as('joined')])
    .where('conversation_id', 'in', ids)
    .where('id', '<>', (eb) => eb.ref('conversation_id'))
    .groupBy('conversation_id');
  const rows = await available(known.execute());
  return new Map(rows.map((row) => [row.conversation_id, row.joined]));
}
