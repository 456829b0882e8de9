import type { DeadLetter } from '@parley/contracts/dead-letter';
import { messageId, type MessageId } from '@parley/contracts/ids';
import type { DeadLetterQuery } from '@parley/contracts/requests/dead-letters';
import type { PageResult } from '@parley/contracts/requests/paging';
import { each, type RequestHandler } from '@parley/platform/bus';
import { readPage } from '@parley/platform/db';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { scopeOf, type ScopeOptions } from './scope.ts';
import { listDeadLetters, type StoredLetter } from './store.ts';

/** Answers pages of dead letters: messages that ended badly, orphan receipts, and bus messages. Throws `Unavailable`. */
export function deadLetterLister(
  db: Database,
  options: ScopeOptions,
): RequestHandler<DeadLetterQuery, PageResult<DeadLetter>> {
  return each(async (query) => {
    const letters = listDeadLetters(db, await scopeOf(db, query, options));
    const page = await readPage(letters, query.page);
    return { ...page, rows: page.rows.map(toLetter) };
  });
}

function toLetter({ payload, ...letter }: StoredLetter): DeadLetter {
  return payload === null ? letter : { ...letter, message_id: messageOfWork(payload) };
}

const work = z.object({ work: z.object({ message_id: messageId }) });

/** The message that work is about, if it says so: it may be just what could not be read. */
function messageOfWork(payload: string): MessageId | null {
  try {
    return work.safeParse(JSON.parse(payload)).data?.work.message_id ?? null;
  } catch {
    return null;
  }
}
