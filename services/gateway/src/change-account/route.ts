import { accountId } from '@parley/contracts/ids';
import { text } from '@parley/contracts/text';
import { readJson } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import { shownAccount } from '../create-account/store.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, notFound, readFields } from '../read-fields.ts';
import { changeAccountRequest } from './decide.ts';
import { updateAccount } from './store.ts';

const pathId = text.pipe(accountId);

/** Changes an account, for the first account only; what it wants of its messages counts from the next request on. */
export function changeAccount(directory: OwnDirectory): KeyedHandler {
  return async (request, caller) => {
    await requireFirstAccount(directory.db, caller);
    const details = readFields(changeAccountRequest, await readJson(request, MAX_BODY_BYTES));
    const id = pathId.safeParse(request.params['id']).data;
    if (id === undefined) throw notFound('account');
    const act = actOf(caller, 'account.change', { account_id: id, subject: id, details });
    const changed = await changeDirectory(directory, act, (trx) => updateAccount(trx, id, details));
    if (changed === null) throw notFound('account');
    return { status: 200, body: changed };
  };
}

/** What it tells of itself. */
export const changeAccountDocs: Operation = {
  id: 'changeAccount',
  summary: 'Change an account',
  body: {
    schema: changeAccountRequest,
    examples: {
      'Words that no SMS may contain': { blocked_words: ['STOP', 'UNSUBSCRIBE'] },
      'How often each of its keys may be used': { rate_limit: { requests: 600, seconds: 60 } },
      'How keywords are answered': {
        keywords: { contact: 'help@acme.example', stop_text: 'Acme: you will hear from us no more.' },
      },
    },
  },
  reply: { status: 200, is: 'The account as it is now.', schema: shownAccount },
};
