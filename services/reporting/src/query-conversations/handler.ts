import type { Conversation } from '@parley/contracts/conversation';
import type { UserId } from '@parley/contracts/ids';
import type { PageResult } from '@parley/contracts/requests/paging';
import type { ConversationQuery } from '@parley/contracts/requests/query-conversations';
import type { RequestHandler } from '@parley/platform/bus';
import { readPage, shortened } from '@parley/platform/db';
import type { Directory } from '@parley/platform/directory';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { whoTakesPart } from './decide.ts';
import { keyOf, listConversations, loadJoined, loadMessages, type StoredConversation } from './store.ts';

/**
 * Answers pages of conversations with their last messages and the names of their users: one query an item, on other
 * connections for a page by number, and one each for all messages, all names and all other ids.
 */
export function conversationLister(
  db: Kysely<ReportingTables>,
  directory: Pick<Directory, 'userNames'>,
  counting = db,
): RequestHandler<ConversationQuery, PageResult<Conversation>> {
  return async (queries) => {
    const pages = await Promise.all(
      queries.map((query) =>
        readPage(listConversations(query.page.style === 'offset' ? counting : db, query), query.page),
      ),
    );
    const found = pages.flatMap((page) => page.rows);
    const [messages, names, joined] = await Promise.all([
      loadMessages(
        db,
        found.map((conversation) => conversation.last_message_id),
      ),
      directory.userNames(usersOf(found)),
      loadJoined(
        db,
        found.map(({ id }) => id),
      ),
    ]);
    const complete = ({ used, last_message_id, ...stored }: StoredConversation): Conversation[] => {
      const last_message = messages.get(last_message_id);
      if (last_message === undefined) return [];
      const participants = whoTakesPart(used, names);
      return [{ ...stored, joined: joined.get(stored.id) ?? [], participants, last_message }];
    };
    return pages.map((page) =>
      shortened(
        { ...page, rows: page.rows.flatMap(complete) },
        { lengthOf: ({ last_message: { body } }) => Buffer.byteLength(JSON.stringify(body)), keyOf },
      ),
    );
  };
}

function usersOf(conversations: readonly StoredConversation[]): UserId[] {
  const ids = conversations.flatMap(({ used }) => used.map(({ user_id }) => user_id));
  return [...new Set(ids.filter((id) => id !== null))];
}
