import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { GONE, type Operation } from '../describe-api/operation.ts';
import { notFound } from '../read-fields.ts';
import { nameIn } from '../read-user/find-user.ts';
import { deleteUser } from './store.ts';

/** Takes a user out of the account's directory; their messages and conversations stay. */
export function removeUser(directory: OwnDirectory): KeyedHandler {
  return async ({ params }, caller) => {
    const user_name = nameIn(params);
    const act = actOf(caller, 'user.remove', { subject: user_name });
    const removed = await changeDirectory(directory, act, (trx) =>
      deleteUser(trx, act.account_id, user_name),
    );
    if (removed === null) throw notFound('user');
    return { status: 204 };
  };
}

/** What it tells of itself. */
export const removeUserDocs: Operation = {
  id: 'removeUser',
  summary: 'Remove a user',
  description: 'Their messages and conversations stay.',
  reply: GONE,
};
