import { connectionId, type AccountId, type ConnectionId } from '@parley/contracts/ids';
import { text } from '@parley/contracts/text';
import { available } from '@parley/platform/db';
import type { HttpRequest } from '@parley/platform/http';
import type { Kysely } from 'kysely';
import type { Caller } from '../authenticate/decide.ts';
import { isFirstAccount } from '../change-directory/store.ts';
import type { Tables } from '../database.ts';
import { notFound } from '../read-fields.ts';

const pathId = text.pipe(connectionId);

/**
 * The connection that a path names and its account, which is the caller's unless the caller belongs to the first one.
 * Throws `not_found` for any other, or `Unavailable`.
 */
export async function findOwner(
  db: Kysely<Tables>,
  params: HttpRequest['params'],
  caller: Caller,
): Promise<{ id: ConnectionId; account_id: AccountId }> {
  const id = pathId.safeParse(params['id']).data;
  if (id === undefined) throw notFound('connection');
  const named = db.selectFrom('connection').select(['id', 'account_id']).where('id', '=', id);
  const found = await available(named.executeTakeFirst());
  if (found === undefined) throw notFound('connection');
  if (found.account_id !== caller.account_id && !(await isFirstAccount(db, caller.account_id)))
    throw notFound('connection');
  return found;
}
