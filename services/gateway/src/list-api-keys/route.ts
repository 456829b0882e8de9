import { accountId } from '@parley/contracts/ids';
import { instant, text } from '@parley/contracts/text';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import { isAccount } from '../change-directory/store.ts';
import { shownApiKey } from '../create-api-key/store.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { notFound } from '../read-fields.ts';
import { selectApiKeys } from './store.ts';

const parameters = z.strictObject({ ...pagingParameters, account_id: text.pipe(accountId).optional() });

/** A page of the live keys of the caller's account or, as the first account, of the one that is named. */
export function listApiKeys({ db }: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ query }, caller) => {
    const { account_id = caller.account_id, ...paging } = readParameters(parameters, query);
    if (account_id !== caller.account_id) {
      await requireFirstAccount(db, caller);
      if (!(await isAccount(db, account_id))) throw notFound('account');
    }
    const list = { name: 'api-keys', account_id, filter: null };
    const page = toPage(paging, list);
    return listReply(await selectApiKeys(db, account_id, page), page, list, (key) => key);
  };
}

const listedKey = shownApiKey.extend({ created_at: instant });

/** What it tells of itself. */
export const listApiKeysDocs: Operation = {
  id: 'listApiKeys',
  summary: 'List live API keys',
  query: parameters,
  problems: ['not_found'],
  reply: { status: 200, is: 'A page.', schema: listOf(listedKey) },
};
