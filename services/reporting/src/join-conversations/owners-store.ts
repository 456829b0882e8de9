import type { MessageId } from '@parley/contracts/ids';
import { available, inTransaction } from '@parley/platform/db';
import type { AddressOwner } from '@parley/platform/directory';
import { sql, type Kysely, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { inOrder } from '../query-messages/conditions.ts';
import { lockAliases } from './store.ts';

/** An address may be in very many. */
const MAX_NOTED_AT_ONCE = 5_000;

/** When the newest change that is stored here was made; null when there is none. Throws `Unavailable`. */
export async function newestChange(db: Kysely<ReportingTables>): Promise<string | null> {
  const newest = db.selectFrom('address_owner').select('changed_at').orderBy('changed_at', 'desc').limit(1);
  return (await available(newest.executeTakeFirst()))?.changed_at ?? null;
}

/** Stores whose addresses are. Throws `Unavailable`. */
export async function learnOwners(
  db: Kysely<ReportingTables>,
  owners: readonly AddressOwner[],
): Promise<void> {
  const unknown = await available(withoutKnown(db, owners));
  if (unknown.length > 0)
    await inTransaction(db, async (trx) => {
      // A conversation that is being projected either sees the owner or is there when conversations are noted.
      await lockAliases(trx);
      await sql`
        insert into address_owner as o (id, account_id, address, user_id, since, until, changed_at)
        select id, account_id, address, user_id, since, until, changed_at
        from jsonb_to_recordset(${JSON.stringify(unknown)}::jsonb) as r(id uuid, account_id text, address text,
          user_id uuid, since timestamptz, until timestamptz, changed_at timestamptz)
        order by id
        on conflict (id) do update set until = excluded.until, changed_at = excluded.changed_at`.execute(trx);
    });
}

/** Notes every conversation in which an address was used that has come to be somebody's. Throws `Unavailable`. */
export async function noteConversations(db: Kysely<ReportingTables>): Promise<void> {
  const unnoted = db
    .selectFrom('address_owner')
    .select(['id', 'account_id', 'address'])
    .where((eb) => eb.not('noted'))
    .orderBy('id')
    .limit(1);
  for (;;) {
    const owner = await available(unnoted.executeTakeFirst());
    if (owner === undefined) return;
    for (const side of ['from', 'to'] as const) await noteAll(db, owner, side);
    await available(
      db.updateTable('address_owner').set({ noted: true }).where('id', '=', owner.id).execute(),
    );
  }
}

type Owned = Pick<AddressOwner, 'account_id' | 'address'>;

async function noteAll(db: Kysely<ReportingTables>, owned: Owned, side: 'from' | 'to'): Promise<void> {
  let before: Place | null = null;
  do before = await available(noteSome(db, { ...owned, side, before }));
  while (before !== null);
}

/** A message's place in the order of its list. */
interface Place {
  timestamp: string;
  id: MessageId;
}

/** Notes the conversations of a bounded number of messages; the last of these where there may be more. */
async function noteSome(
  db: Kysely<ReportingTables>,
  { account_id, address, side, before }: Owned & { side: 'from' | 'to'; before: Place | null },
): Promise<Place | null> {
  const some = inOrder(
    db.selectFrom('message').where('account_id', '=', account_id).where(side, '=', address),
    'desc',
  )
    .$if(before !== null, (messages) =>
      messages.where(sql<SqlBool>`("timestamp", id) < (${before?.timestamp}, ${before?.id})`),
    )
    .select(['timestamp', 'id', 'conversation_id', `${side}_user_id`])
    .limit(MAX_NOTED_AT_ONCE);
  const { rows } = await sql<Place & { read: number }>`
    with page as (${some}),
    noted as (
      insert into unjoined
      select distinct conversation_id from page where ${sql.ref(`${side}_user_id`)} is null order by 1
      on conflict do nothing
    )
    select "timestamp", id, count(*) over () as read from page order by "timestamp", id limit 1`.execute(db);
  return rows.find(({ read }) => read === MAX_NOTED_AT_ONCE) ?? null;
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
