import type { AccountId } from '@parley/contracts/ids';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/**
 * Keeps to whom addresses count, after a change of the users who have them: users may share one, then it is the first
 * of them. Addresses to which nothing happened stay as they are.
 */
export async function keepAddressOwners(
  trx: Transaction<Tables>,
  account_id: AccountId,
  addresses: readonly (string | null)[],
): Promise<void> {
  const touched = [...new Set(addresses.filter((address) => address !== null))].toSorted();
  if (touched.length === 0) return;
  // Two users who share an address may change at once: the second of them sees what the first has done.
  await sql`select from account where id = ${account_id} for no key update`.execute(trx);
  const owners = ownersOf(account_id, touched);
  await sql`
    update address_owner as o set until = clock_timestamp(), changed_at = clock_timestamp()
    from (${owners}) as counts
    where o.account_id = ${account_id} and o.address = counts.address and o.until is null
      and o.user_id is distinct from counts.user_id`.execute(trx);
  await sql`
    insert into address_owner (id, account_id, address, user_id)
    select gen_random_uuid(), ${account_id}, address, user_id from (${owners}) as counts
    where user_id is not null
    on conflict (account_id, address) where until is null do nothing`.execute(trx);
}

/** To whom addresses count by what the account's users have now; null = to nobody. */
function ownersOf(account_id: AccountId, addresses: readonly string[]): RawBuilder<unknown> {
  return sql`
    select one.address, found.id as user_id from unnest(${addresses}::text[]) as one(address)
    left join lateral (
      select u.id from "user" as u where u.account_id = ${account_id} and u.phone = one.address
      union all
      select u.id from "user" as u where u.account_id = ${account_id} and lower(u.email) = one.address
      order by id limit 1
    ) as found on true`;
}
