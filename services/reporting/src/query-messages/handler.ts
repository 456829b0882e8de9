import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { FindItem } from '@parley/contracts/requests/find-messages';
import type { PageResult } from '@parley/contracts/requests/paging';
import type { MessageQuery } from '@parley/contracts/requests/query-messages';
import type { RequestHandler } from '@parley/platform/bus';
import { readPage, shortened } from '@parley/platform/db';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { loadIds } from '../query-conversations/store.ts';
import { keyOf, listMessages } from './store.ts';

/** Asks the owners which messages providers call by some names. Throws `Unavailable`. */
export type FindByName = (wanted: FindItem) => Promise<MessageId[]>;

/** Answers pages of messages, those by number on connections of their own; as many at once as there are of these. */
export function messageLister(
  db: Kysely<ReportingTables>,
  findByName: FindByName,
  counting = db,
): RequestHandler<MessageQuery, PageResult<Message>> {
  return (queries) =>
    Promise.all(
      queries.map(async (query) => {
        const { account_id, filter, page } = query;
        const { conversation_id, provider_message_id } = filter;
        const [conversations, named] = await Promise.all([
          conversation_id === null ? null : loadIds(db, conversation_id),
          provider_message_id === null
            ? null
            : findByName({ account_id, provider_message_ids: provider_message_id }),
        ]);
        const pool = page.style === 'offset' ? counting : db;
        const found = await readPage(listMessages(pool, { ...query, conversations, named }), page);
        return shortened(found, { lengthOf: ({ body }) => Buffer.byteLength(JSON.stringify(body)), keyOf });
      }),
    );
}
