import { deadLetterKind, type DeadLetter } from '@parley/contracts/dead-letter';
import { connectionId } from '@parley/contracts/ids';
import type { Page } from '@parley/contracts/requests/paging';
import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { isFirstAccount } from '../change-directory/store.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { deadLetterResource, shownDeadLetter } from './decide.ts';
import { readMerged } from './merge.ts';

export interface ListDeadLettersOptions {
  directory: Pick<OwnDirectory, 'db'>;
  owners: Pick<Owners, 'queryDispatcherDeadLetters' | 'queryReportingDeadLetters'>;
}

const parameters = z.strictObject({
  ...pagingParameters,
  kind: deadLetterKind.optional(),
  reason: text.optional(),
  connection: text.pipe(connectionId).optional(),
});

/** A page of what could not be handled, last seen first; the first account also sees what belongs to no account. */
export function listDeadLetters({ directory, owners }: ListDeadLettersOptions): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const { kind = null, reason = null, connection = null, ...paging } = readParameters(parameters, query);
    const filter = { ids: null, kind, reason, connection };
    const list = { name: 'dead-letters', account_id, filter };
    const page = toPage(paging, list);
    const whole = await isFirstAccount(directory.db, account_id);
    const asked = (part: Page) => ({ account_id, whole, filter, page: part });
    const lists = {
      first: (part: Page) => owners.queryDispatcherDeadLetters(asked(part)),
      second: (part: Page) => owners.queryReportingDeadLetters(asked(part)),
      keyOf: ({ id, last_seen_at }: DeadLetter) => ({ at: last_seen_at, id }),
    };
    return listReply(await readMerged(lists, page), page, list, deadLetterResource);
  };
}

/** What it tells of itself. */
export const listDeadLettersDocs: Operation = {
  id: 'listDeadLetters',
  summary: 'List what could not be handled, last seen first',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownDeadLetter) },
};
