import type { AccountId } from '@parley/contracts/ids';
import { userName } from '@parley/contracts/user-name';
import type { HttpRequest } from '@parley/platform/http';
import type { OwnDirectory } from '../change-directory/change.ts';
import type { User } from '../create-user/store.ts';
import { notFound } from '../read-fields.ts';
import { selectUser } from './store.ts';

type Params = HttpRequest['params'];

/** The user name in a path; throws `not_found` for what nobody can be called. */
export function nameIn(params: Params, parameter = 'user_name'): string {
  const name = userName.safeParse(params[parameter]).data;
  if (name === undefined) throw notFound('user');
  return name;
}

/** The account's user that a path names. Throws `not_found` when there is none, or `Unavailable`. */
export async function findUser(
  { db }: Pick<OwnDirectory, 'db'>,
  account_id: AccountId,
  params: Params,
): Promise<User> {
  const user = await selectUser(db, account_id, nameIn(params));
  if (user === null) throw notFound('user');
  return user;
}
