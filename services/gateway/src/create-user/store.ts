import { userId } from '@parley/contracts/ids';
import { instant } from '@parley/contracts/text';
import type { Insertable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database.ts';
import { keepAddressOwners } from '../keep-address-owners/store.ts';

/** A user of the directory as clients see it. */
export const shownUser = z
  .object({
    id: userId,
    user_name: z.string(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    mfa: z.boolean(),
    created_at: instant,
    modified_at: instant,
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof shownUser>;

/** The columns that make a user. */
export const USER_COLUMNS = shownUser.keyof().options;

/** Stores a user. Throws what PostgreSQL says of a name or an e-mail address that another one has. */
export async function insertUser(trx: Transaction<Tables>, user: Insertable<Tables['user']>): Promise<User> {
  const created = await trx.insertInto('user').values(user).returning(USER_COLUMNS).executeTakeFirstOrThrow();
  await keepAddressOwners(trx, user.account_id, [created.phone, created.email]);
  return created;
}
