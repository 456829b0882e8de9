import { messageResource } from '@parley/contracts/http/message-resource';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply } from '../page-lists/page.ts';
import { findUser } from '../read-user/find-user.ts';
import { wantedUserMessages } from './decide.ts';

/** A page of the messages from or to a user, by whatever address, newest first. */
export function listUserMessages(
  directory: Pick<OwnDirectory, 'db'>,
  { queryMessages }: Pick<Owners, 'queryMessages'>,
): KeyedHandler {
  return async ({ params, query }, { account_id }) => {
    const user = await findUser(directory, account_id, params);
    const { filter, page, list } = wantedUserMessages(user, { account_id, query, now: Date.now() });
    const found = filter === null ? EMPTY : await queryMessages({ account_id, filter, page });
    return listReply(found, page, list, messageResource);
  };
}
