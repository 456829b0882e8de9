import type { AccountId, MessageId } from '@parley/contracts/ids';
import { available, prepared } from '@parley/platform/db';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';

/** How many messages are not in the index yet. */
export interface Waiting {
  messages: number;
  /** Those that were projected in the last two seconds. */
  new_ones: number;
}

/** What waits to be indexed. Throws `Unavailable`. */
export async function countWaiting(db: Kysely<ReportingTables>): Promise<Waiting> {
  const { rows } = await available(
    sql<Waiting>`
      select coalesce(sum(size), 0)::int as messages,
        coalesce(sum(size) filter (where at > now() - interval '2 s'), 0)::int as new_ones
      from unindexed`.execute(db),
  );
  return rows[0] ?? { messages: 0, new_ones: 0 };
}

/** A message as far as it is found by its text. */
export interface Spoken {
  id: MessageId;
  account_id: AccountId;
  subject: string | null;
  body: string | null;
  /** How many bytes these are. */
  octets: number;
}

/** Batches have up to 1,000 messages, and a statement has only seconds, on a busy machine too. */
const BATCHES_AT_ONCE = 3;
/** However few messages these are: taking texts apart holds up everything else, some 50 ns a byte. */
const OCTETS_AT_ONCE = 1_000_000;

const take = prepared<Spoken>(
  'index-take',
  `with batch as materialized (
     select id, messages from unindexed order by id limit ${BATCHES_AT_ONCE} for update skip locked),
   one as materialized (
     select batch.id as batch, m.id, m.account_id, m.subject, m.body, place, octets,
       sum(octets) over (order by batch.id, place) - octets < ${OCTETS_AT_ONCE} as is_taken
     from batch cross join lateral unnest(batch.messages) with ordinality as w(id, place)
     join message as m on m.id = w.id
     cross join lateral (select coalesce(octet_length(m.subject), 0) + coalesce(octet_length(m.body), 0)) as l(octets)),
   rest as (
     select batch, array_agg(id order by place) as messages from one where not is_taken group by batch),
   shortened as (
     update unindexed as u set messages = rest.messages, size = cardinality(rest.messages)
     from rest where u.id = rest.batch),
   emptied as (delete from unindexed where id in (select id from batch except select batch from rest))
   select id, account_id, subject, body, octets from one where is_taken`,
);
const add = prepared(
  'index-add',
  `insert into searchable (id, grams, octets)
   select id, grams::int[], octets from unnest($1::uuid[], $2::text[], $3::int[]) as r(id, grams, octets)`,
);

/** Takes some messages that are not indexed; nobody else has them until the transaction ends. */
export function takeUnindexed(trx: Transaction<ReportingTables>): Promise<Spoken[]> {
  return take(trx, []);
}

/** Puts messages into the index with their grams. */
export async function addGrams(
  trx: Transaction<ReportingTables>,
  indexed: readonly (Pick<Spoken, 'id' | 'octets'> & { grams: readonly number[] })[],
): Promise<void> {
  const ids = indexed.map(({ id }) => id);
  const grams = indexed.map((one) => `{${one.grams.join()}}`);
  await add(trx, [ids, grams, indexed.map(({ octets }) => octets)]);
}
