import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** The columns that make a user. */
export const USER_COLUMNS = [
  'id',
  'user_name',
  'first_name',
  'last_name',
  'email',
  'phone',
  'mfa',
  'created_at',
  'modified_at',
] as const satisfies readonly (keyof Tables['user'])[];

/** A user of the directory as clients see it. */
export type User = Pick<Selectable<Tables['user']>, (typeof USER_COLUMNS)[number]>;

/** Stores a user. Throws what PostgreSQL says of a name or an e-mail address that another one has. */
export function insertUser(trx: Transaction<Tables>, user: Insertable<Tables['user']>): Promise<User> {
  return trx.insertInto('user').values(user).returning(USER_COLUMNS).executeTakeFirstOrThrow();
}
