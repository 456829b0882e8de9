import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { shownUser } from '../create-user/store.ts';
import type { Operation } from '../describe-api/operation.ts';
import { findUser } from './find-user.ts';

/** One user of the account. */
export function readUser(directory: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ params }, { account_id }) => ({
    status: 200,
    body: await findUser(directory, account_id, params),
  });
}

/** What it tells of itself. */
export const readUserDocs: Operation = {
  id: 'readUser',
  summary: 'Read a user',
  reply: { status: 200, is: 'The user.', schema: shownUser },
};
