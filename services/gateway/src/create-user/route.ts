import { newUserId } from '@parley/contracts/ids';
import { readJson } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { createUserRequest } from './decide.ts';
import { refuseTaken } from './refuse-taken.ts';
import { insertUser, shownUser } from './store.ts';

/** Adds a user to the account's directory: from the next request on, their addresses count as them. */
export function createUser(directory: OwnDirectory): KeyedHandler {
  return async (request, caller) => {
    const body = readFields(createUserRequest, await readJson(request, MAX_BODY_BYTES));
    const user = { id: newUserId(), account_id: caller.account_id, ...body };
    const act = actOf(caller, 'user.create', { subject: user.user_name });
    const created = changeDirectory(directory, act, (trx) => insertUser(trx, user));
    return { status: 201, body: await refuseTaken(created) };
  };
}

/** What it tells of itself. */
export const createUserDocs: Operation = {
  id: 'createUser',
  summary: 'Add a user',
  description:
    'From the next request on, messages from or to these addresses are theirs, in one conversation.',
  body: {
    schema: createUserRequest,
    examples: {
      'A phone number and a mailbox': {
        user_name: 'elmer',
        first_name: 'Elmer',
        email: 'elmer@people.example',
        phone: '+12025550145',
      },
      'A name only': { user_name: 'tweety' },
    },
  },
  problems: ['conflict'],
  reply: { status: 201, is: 'The user.', schema: shownUser },
};
