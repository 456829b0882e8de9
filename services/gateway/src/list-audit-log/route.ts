import { accountId } from '@parley/contracts/ids';
import { text } from '@parley/contracts/text';
import { z } from 'zod';
import { ACTIONS } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import { isAccount } from '../change-directory/store.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { notFound } from '../read-fields.ts';
import { selectActs, shownAct } from './store.ts';

const parameters = z.strictObject({
  ...pagingParameters,
  account_id: text.pipe(accountId).optional(),
  by: text.optional(),
  action: z.enum(ACTIONS).optional(),
  subject: text.optional(),
});

/** A page of what was done to the caller's account or, as the first account, to the one that is named. */
export function listAuditLog({ db }: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ query }, caller) => {
    const {
      account_id = caller.account_id,
      by,
      action,
      subject,
      ...paging
    } = readParameters(parameters, query);
    if (account_id !== caller.account_id) {
      await requireFirstAccount(db, caller);
      if (!(await isAccount(db, account_id))) throw notFound('account');
    }
    const filter = Object.fromEntries(
      Object.entries({ by, action, subject }).filter(([, value]) => value !== undefined),
    );
    const list = { name: 'audit-log', account_id, filter };
    const page = toPage(paging, list);
    const acts = await selectActs(db, { account_id, ...filter }, page);
    return listReply(acts, page, list, (act) => shownAct.strip().parse(act));
  };
}

/** What it tells of itself. */
export const listAuditLogDocs: Operation = {
  id: 'listAuditLog',
  summary: 'List what was done with rights that change what others may do',
  query: parameters,
  problems: ['not_found'],
  reply: { status: 200, is: 'A page, newest first.', schema: listOf(shownAct) },
};
