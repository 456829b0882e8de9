import { messageResource, shownMessage } from '@parley/contracts/http/message-resource';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { parameters as messageParameters } from '../list-messages/decide.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply } from '../page-lists/page.ts';
import { findUser } from '../read-user/find-user.ts';
import { parameters, wantedUserMessages } from './decide.ts';

/** A page of the messages from or to a user, by whatever address, newest first. */
export function listUserMessages(
  directory: Pick<OwnDirectory, 'db'>,
  { queryMessages }: Pick<Owners, 'queryMessages'>,
): KeyedHandler {
  return async ({ params, query }, { account_id }) => {
    const user = await findUser(directory, account_id, params);
    const { filter, order, page, list } = wantedUserMessages(user, { account_id, query, now: Date.now() });
    const found = filter === null ? EMPTY : await queryMessages({ account_id, filter, order, page });
    return listReply(found, page, list, messageResource);
  };
}

/** What it tells of itself. */
export const userMessagesDocs: Operation = {
  id: 'listUserMessages',
  summary: 'List the messages from or to a user, newest first',
  query: messageParameters.extend(parameters.shape),
  description:
    'From or to the user, or any address they have now; of the last 30 days unless `days` says otherwise.',
  reply: { status: 200, is: 'A page.', schema: listOf(shownMessage) },
};
