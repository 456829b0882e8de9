import type { AccountId, ConversationId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { ConversationQuery } from '@parley/contracts/requests/query-conversations';
import { available, type Found, type Listing } from '@parley/platform/db';
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

/** How much is read for a page of somebody's conversations. */
export interface Bounds {
  /** Of somebody with no more messages all their conversations are read and sorted. */
  few: number;
  /** For everybody else so many of the list are walked; who is not in enough of these has few, if long ones. */
  walked: number;
  /** So these are found by their messages; with more of them a page ends where the walk did. */
  messages: number;
}

const BOUNDS: Bounds = { few: 5_000, walked: 20_000, messages: 50_000 };

/** An account's conversations, or those that are asked for, newest activity first, ties by id. */
export function listConversations(
  db: Kysely<ReportingTables>,
  { account_id, id, participant }: Pick<ConversationQuery, 'account_id' | 'id' | 'participant'>,
  bounds = BOUNDS,
): Listing<StoredConversation> {
  const wanted = db
    .selectFrom('conversation')
    .where('account_id', '=', account_id)
    .$if(id !== null, (query) => query.where('id', '=', rootOf(id)));
  if (participant === null) return listOf(wanted);
  return listOfSomebody(db, { wanted, somebody: { account_id, who: participant }, bounds });
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
    keyOf,
  };
}

/** A conversation's place in its list. */
export function keyOf({ last_message_at, id }: Pick<StoredConversation, 'last_message_at' | 'id'>): Keyset {
  return { at: last_message_at, id };
}

/** As many are read as somebody has messages, or as lie between theirs in the list: of both the fewer, about. */
function listOfSomebody(
  db: Kysely<ReportingTables>,
  { wanted, somebody, bounds }: { wanted: Conversations; somebody: Somebody; bounds: Bounds },
): Listing<StoredConversation> {
  const all = wanted.where(takesPart(somebody));
  const these = async (most: number): Promise<Listing<StoredConversation> | null> => {
    const ids = await conversationsOf(db, somebody, most);
    return ids && listOf(all.where(sql<SqlBool>`id = any(${ids}::uuid[])`));
  };
  const theseOrAll = async () => (await these(bounds.messages)) ?? listOf(all);
  return {
    ...listOf(all),
    after: async (key, limit) => {
      const few = await these(bounds.few);
      if (few !== null) return few.after(key, limit);
      const near = await walk(behind(wanted, key), { somebody, limit, steps: bounds.walked });
      if (near.end === null || near.rows.length >= limit) return near;
      return (await these(bounds.messages))?.after(key, limit) ?? near;
    },
    from: async (offset, limit) => (await theseOrAll()).from(offset, limit),
    count: async () => (await theseOrAll()).count(),
  };
}

/** Somebody's among the next of a list. Where that ends is settled first: who has news meanwhile leaves no gap. */
async function walk(
  next: Conversations,
  { somebody, limit, steps }: { somebody: Somebody; limit: number; steps: number },
): Promise<Found<StoredConversation>> {
  const place = inOrder(next).select(['last_message_at', 'id']);
  const [last, more] = await place
    .offset(steps - 1)
    .limit(2)
    .execute();
  const end = last === undefined || more === undefined ? null : keyOf(last);
  const near =
    end === null ? next : next.where(sql<SqlBool>`(last_message_at, id) >= (${end.at}, ${end.id})`);
  const rows = await read(near.where(takesPart(somebody)))
    .limit(limit)
    .execute();
  return { rows, end };
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
