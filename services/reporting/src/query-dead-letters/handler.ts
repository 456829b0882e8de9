import type { DeadLetter } from '@parley/contracts/dead-letter';
import type { DeadLetterQuery } from '@parley/contracts/requests/dead-letters';
import type { PageResult } from '@parley/contracts/requests/paging';
import { each, type RequestHandler } from '@parley/platform/bus';
import { readPage } from '@parley/platform/db';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { listDeadLetters } from './store.ts';

const NOTHING_KNOWN = { connection: null, provider_message_id: null, message_id: null };

/**
 * Answers pages of facts that could not be projected. They belong to no account: who may not see the whole sees none.
 * Throws `Unavailable`.
 */
export function deadLetterLister(
  db: Kysely<ReportingTables>,
): RequestHandler<DeadLetterQuery, PageResult<DeadLetter>> {
  return each(async ({ whole, filter, page }) => {
    const wanted = whole ? filter : { ...filter, ids: [] };
    const { rows, ...rest } = await readPage(listDeadLetters(db, wanted), page);
    return { ...rest, rows: rows.map((letter) => ({ ...letter, ...NOTHING_KNOWN })) };
  });
}
