import { readJson } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { refuseTaken } from '../create-user/refuse-taken.ts';
import { shownUser } from '../create-user/store.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, notFound, readFields } from '../read-fields.ts';
import { nameIn } from '../read-user/find-user.ts';
import { changeUserRequest } from './decide.ts';
import { updateUser } from './store.ts';

/** Changes what is known of a user; an address that is gained or lost counts from the next request on. */
export function changeUser(directory: OwnDirectory): KeyedHandler {
  return async (request, caller) => {
    const fields = readFields(changeUserRequest, await readJson(request, MAX_BODY_BYTES));
    const named = { account_id: caller.account_id, user_name: nameIn(request.params) };
    const details = { fields: Object.keys(fields) };
    const act = actOf(caller, 'user.change', { subject: named.user_name, details });
    const changed = await refuseTaken(
      changeDirectory(directory, act, (trx) => updateUser(trx, named, fields)),
    );
    if (changed === null) throw notFound('user');
    return { status: 200, body: changed };
  };
}

/** What it tells of itself. */
export const changeUserDocs: Operation = {
  id: 'changeUser',
  summary: 'Change a user',
  body: {
    schema: changeUserRequest,
    examples: { 'Another number, no mailbox': { phone: '+12025550146', email: null } },
  },
  problems: ['conflict'],
  reply: { status: 200, is: 'The user as it is now.', schema: shownUser },
};
