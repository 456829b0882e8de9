import { available, inTransaction } from '@parley/platform/db';
import type { AddressOwner } from '@parley/platform/directory';
import { sql, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { lockAliases } from './store.ts';

/** When the newest change that is stored here was made; null when there is none. Throws `Unavailable`. */
export async function newestChange(db: Kysely<ReportingTables>): Promise<string | null> {
  const newest = db.selectFrom('address_owner').select('changed_at').orderBy('changed_at', 'desc').limit(1);
  return (await available(newest.executeTakeFirst()))?.changed_at ?? null;
}

/** Stores whose addresses are, and notes the conversations in which they were used. Throws `Unavailable`. */
export async function learnOwners(
  db: Kysely<ReportingTables>,
  owners: readonly AddressOwner[],
): Promise<void> {
  const unknown = await available(withoutKnown(db, owners));
  if (unknown.length > 0)
    await inTransaction(db, async (trx) => {
      // A conversation that is being projected either sees the owner or is seen here.
      await lockAliases(trx);
      await sql`
        with learnt as (
          insert into address_owner as o (id, account_id, address, user_id, since, until, changed_at)
          select id, account_id, address, user_id, since, until, changed_at
          from jsonb_to_recordset(${JSON.stringify(unknown)}::jsonb) as r(id uuid, account_id text, address text,
            user_id uuid, since timestamptz, until timestamptz, changed_at timestamptz)
          order by id
          on conflict (id) do update set until = excluded.until, changed_at = excluded.changed_at
          returning account_id, address
        )
        insert into unjoined (conversation_id)
        select distinct p.conversation_id from learnt
        join participation as p on p.account_id = learnt.account_id and p.who = learnt.address
        order by 1
        on conflict do nothing`.execute(trx);
    });
}

async function withoutKnown(
  db: Kysely<ReportingTables>,
  owners: readonly AddressOwner[],
): Promise<AddressOwner[]> {
  if (owners.length === 0) return [];
  const ids = owners.map(({ id }) => id);
  const known = db.selectFrom('address_owner').select(['id', 'changed_at']).where('id', 'in', ids);
  const changes = new Map((await known.execute()).map(({ id, changed_at }) => [id, changed_at]));
  return owners.filter(({ id, changed_at }) => (changes.get(id) ?? '') < changed_at);
}
