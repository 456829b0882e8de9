import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { GONE, type Operation } from '../describe-api/operation.ts';
import { invalid, notFound } from '../read-fields.ts';
import { nameIn } from '../read-user/find-user.ts';
import { insertFriends, lockUsers } from './store.ts';

/** Makes two users friends of each other, from the next request on; nothing changes for those who are. */
export function addFriend(directory: OwnDirectory): KeyedHandler {
  return async ({ params }, caller) => {
    const names = [nameIn(params), nameIn(params, 'friend')] as const;
    const [user_name, friend] = names;
    if (user_name === friend) throw invalid([{ pointer: '#/friend', detail: 'is the user' }]);
    const act = actOf(caller, 'friend.add', { subject: user_name, details: { friend } });
    await changeDirectory(directory, act, async (trx) => {
      const [one, other] = await lockUsers(trx, { account_id: caller.account_id, names });
      if (one === undefined || other === undefined) throw notFound('user');
      return insertFriends(trx, [one, other]);
    });
    return { status: 204 };
  };
}

/** What it tells of itself. */
export const addFriendDocs: Operation = {
  id: 'addFriend',
  summary: 'Make two users friends',
  problems: ['validation_failed'],
  reply: GONE,
};
