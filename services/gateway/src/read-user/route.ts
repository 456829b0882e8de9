import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { findUser } from './find-user.ts';

/** One user of the account. */
export function readUser(directory: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ params }, { account_id }) => ({
    status: 200,
    body: await findUser(directory, account_id, params),
  });
}
