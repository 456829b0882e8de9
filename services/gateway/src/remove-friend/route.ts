import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { GONE, type Operation } from '../describe-api/operation.ts';
import { notFound } from '../read-fields.ts';
import { nameIn } from '../read-user/find-user.ts';
import { deleteFriends } from './store.ts';

/** Makes two users friends no more. */
export function removeFriend(directory: OwnDirectory): KeyedHandler {
  return async ({ params }, caller) => {
    const names = [nameIn(params), nameIn(params, 'friend')] as const;
    const [user_name, friend] = names;
    const act = actOf(caller, 'friend.remove', { subject: user_name, details: { friend } });
    const removed = await changeDirectory(directory, act, (trx) =>
      deleteFriends(trx, { account_id: caller.account_id, names }),
    );
    if (removed === null) throw notFound('friend');
    return { status: 204 };
  };
}

/** What it tells of itself. */
export const removeFriendDocs: Operation = {
  id: 'removeFriend',
  summary: 'Make two users friends no more',
  reply: GONE,
};
