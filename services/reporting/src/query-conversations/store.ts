import type { AccountId, ConversationId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { ConversationQuery } from '@parley/contracts/requests/query-conversations';
import { available, type Listing } from '@parley/platform/db';
import { sql, type Kysely, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import type { Participant } from './decide.ts';
import { conversationsOf, takesPart, type Somebody } from './whose-store.ts';

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

/** Of somebody with no more messages all their conversations are read and sorted. */
const FEW_MESSAGES = 5_000;
/** For everybody else the list is walked so far; who is not in enough of these has few conversations, if long ones. */
const WALKED = 20_000;

/** An account's conversations, or those that are asked for, newest activity first, ties by id. */
export function listConversations(
  db: Kysely<ReportingTables>,
  { account_id, id, participant }: Pick<ConversationQuery, 'account_id' | 'id' | 'participant'>,
): Listing<StoredConversation> {
  const wanted = db
    .selectFrom('conversation')
    .where('account_id', '=', account_id)
    .$if(id !== null, (query) => query.where('id', '=', rootOf(id)));
  return participant === null ? listOf(wanted) : listOfSomebody(db, wanted, { account_id, who: participant });
}

function listOf(wanted: Conversations): Listing<StoredConversation> {
  return {
    after: (key, limit) => read(behind(wanted, key)).limit(limit).execute(),
    from: (offset, limit) => read(wanted).offset(offset).limit(limit).execute(),
    count: async () => {
      const { count } = await wanted
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    keyOf: (conversation) => ({ at: conversation.last_message_at, id: conversation.id }),
  };
}

/** As many are read as somebody has messages, or as lie between theirs in the list: of both the fewer, about. */
function listOfSomebody(
  db: Kysely<ReportingTables>,
  wanted: Conversations,
  somebody: Somebody,
): Listing<StoredConversation> {
  const all = wanted.where(takesPart(somebody));
  const these = async (most: number): Promise<Listing<StoredConversation> | null> => {
    const ids = await conversationsOf(db, somebody, most);
    return ids && listOf(all.where(sql<SqlBool>`id = any(${ids}::uuid[])`));
  };
  const fewOrAll = async () => (await these(FEW_MESSAGES)) ?? listOf(all);
  return {
    ...listOf(all),
    after: async (key, limit) => {
      const few = await these(FEW_MESSAGES);
      if (few !== null) return few.after(key, limit);
      const next = behind(wanted, key);
      const near = db.selectFrom(inOrder(next).selectAll().limit(WALKED).as('conversation'));
      const found = await read(near.where(takesPart(somebody)))
        .limit(limit)
        .execute();
      const rest =
        found.length < limit && (await inOrder(next).select('id').offset(WALKED).limit(1).execute());
      if (rest === false || rest.length === 0) return found;
      return (await these(Number.MAX_SAFE_INTEGER - 1))?.after(key, limit) ?? [];
    },
    from: async (offset, limit) => (await fewOrAll()).from(offset, limit),
    count: async () => (await fewOrAll()).count(),
  };
}

type Conversations = SelectQueryBuilder<ReportingTables, 'conversation', unknown>;

function behind(conversations: Conversations, key: Keyset | null): Conversations {
  if (key === null) return conversations;
  return conversations.where(sql<SqlBool>`(last_message_at, id) < (${key.at}, ${key.id})`);
}

function inOrder(conversations: Conversations): Conversations {
  return conversations.orderBy('last_message_at', 'desc').orderBy('id', 'desc');
}

function read(conversations: Conversations) {
  return inOrder(conversations)
    .select([
      'id',
      'account_id',
      'types',
      'message_count',
      'unread_count',
      'last_message_id',
      'last_message_at',
      'last_heard_at',
      'created_at',
    ])
    .select(sql<Participant[]>`to_json(participants)`.as('used'));
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
