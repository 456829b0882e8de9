import { accountId, newRowId } from '@parley/contracts/ids';
import { Problem, readJson } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { createAccountRequest } from './decide.ts';
import { insertAccount, shownAccount } from './store.ts';

/** Makes an account, for the first account only. */
export function createAccount(directory: OwnDirectory): KeyedHandler {
  return async (request, caller) => {
    await requireFirstAccount(directory.db, caller);
    const body = readFields(createAccountRequest, await readJson(request, MAX_BODY_BYTES));
    const account = { id: body.id ?? accountId.parse(newRowId()), name: body.name };
    const { id: subject, name } = account;
    const act = actOf(caller, 'account.create', { account_id: subject, subject, details: { name } });
    const created = await changeDirectory(directory, act, (trx) => insertAccount(trx, account));
    if (created === null) throw new Problem('conflict', 'There is an account with this id already.');
    return { status: 201, body: created };
  };
}

/** What it tells of itself. */
export const createAccountDocs: Operation = {
  id: 'createAccount',
  summary: 'Make an account',
  body: { schema: createAccountRequest, examples: { 'A tenant': { id: 'acme', name: 'Acme Inc.' } } },
  problems: ['conflict'],
  reply: { status: 201, is: 'The account.', schema: shownAccount },
};
