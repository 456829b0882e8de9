import type { Message } from '@parley/contracts/message';
import type { PageResult } from '@parley/contracts/requests/paging';
import type { MessageQuery } from '@parley/contracts/requests/query-messages';
import type { RequestHandler } from '@parley/platform/bus';
import { readPage } from '@parley/platform/db';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { loadIds } from '../query-conversations/store.ts';
import { listMessages } from './store.ts';

/** Answers pages of messages; as many queries run at once as the pool has connections. */
export function messageLister(
  db: Kysely<ReportingTables>,
): RequestHandler<MessageQuery, PageResult<Message>> {
  return (queries) =>
    Promise.all(
      queries.map(async (query) => {
        const { conversation_id } = query.filter;
        const conversations = conversation_id === null ? null : await loadIds(db, conversation_id);
        return readPage(listMessages(db, { ...query, conversations }), query.page);
      }),
    );
}
