import type { Message } from '@parley/contracts/message';
import type { ExportCursor, ExportItem } from '@parley/contracts/requests/export';
import { asUnavailable, prepared, type Executor } from '@parley/platform/db';
import { MESSAGE_COLUMNS } from '../message-columns.ts';

/** A message in an export, with what tells where the next page starts. */
export type ExportedMessage = Message & {
  changed_at: string;
  /** Rows from the cursor on, counted up to one more than the page may hold. */
  found: number;
};

/** Most bytes of text in a page of more than one message: as JSON they take at most six times as much. */
const MAX_PAGE_BYTES = 400_000;
const BEFORE_ANY_ID = '00000000-0000-0000-0000-000000000000';

const selectPage = prepared<ExportedMessage>(
  'export-messages',
  `select ${MESSAGE_COLUMNS}, changed_at, found from (
     select *, row_number() over w as place, count(*) over () as found,
       sum(coalesce(octet_length(subject), 0) + coalesce(octet_length(body), 0) + octet_length(attachments::text)
         + coalesce(octet_length(metadata::text), 0)) over w as bytes
     from (select * from message where (changed_at, id) > ($1, $2::uuid)
       order by changed_at, id limit $3::int + 1) as candidate
     window w as (order by changed_at, id)
   ) as placed
   where place <= $3 and (bytes <= ${MAX_PAGE_BYTES} or place = 1)
   order by changed_at, id`,
);

/** The next messages by (changed_at, id), at least one if there is any. Throws `Unavailable`. */
export async function loadPage(
  db: Executor,
  { since, after, limit }: ExportItem,
): Promise<ExportedMessage[]> {
  const from: ExportCursor = after ?? { changed_at: since, id: BEFORE_ANY_ID };
  try {
    return await selectPage(db, [from.changed_at, from.id, limit]);
  } catch (error) {
    throw asUnavailable(error);
  }
}
