import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { shownUser } from '../create-user/store.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { findUser } from '../read-user/find-user.ts';
import { selectFriends } from './store.ts';

const parameters = z.strictObject(pagingParameters);

/** A page of a user's friends, by name. */
export function listFriends(directory: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ params, query }, { account_id }) => {
    const user = await findUser(directory, account_id, params);
    const list = { name: `users/${user.id}/friends`, account_id, filter: null };
    const page = toPage(readParameters(parameters, query), list);
    return listReply(await selectFriends(directory.db, user.id, page), page, list, (friend) => friend);
  };
}

/** What it tells of itself. */
export const listFriendsDocs: Operation = {
  id: 'listFriends',
  summary: "List a user's friends, by name",
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownUser) },
};
