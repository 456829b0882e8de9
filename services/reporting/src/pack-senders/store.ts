import type { AccountId } from '@parley/contracts/ids';
import { available, prepared } from '@parley/platform/db';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';
import type { Packed } from '../packed-counts.ts';
import type { Addition } from './decide.ts';

/** How many messages of an hour are from a sender. */
export interface SenderCount {
  account_id: AccountId;
  hour: string;
  sender: string;
  direction: string;
  type: string;
  count: number;
}

/** Whoever counts on in one of the rows taken waits until they are packed, and a statement has only seconds. */
export const AT_ONCE = 2_000;
/** Of what their accounts count for ever: four times as much and more is read and written, a second's work. */
const MOST_BYTES = 1_000_000;

/** Whether nobody else is packing: until the transaction ends nobody will. */
export async function isAlone(trx: Transaction<ReportingTables>): Promise<boolean> {
  const { rows } = await sql<{
    alone: boolean;
  }>`select pg_try_advisory_xact_lock(hashtext('pack senders')) as alone`.execute(trx);
  return rows[0]?.alone ?? false;
}

/** Takes some of what was counted before the hour of `now` (epoch ms), the oldest of each account first. */
export function takeOver(trx: Transaction<ReportingTables>, now: number): Promise<SenderCount[]> {
  const instant = new Date(now).toISOString();
  return take(trx, sql`hour < date_trunc('hour', ${instant}::timestamptz, 'UTC')`);
}

/** Takes some of what was counted for an account, the oldest first. */
export function takeOf(
  trx: Transaction<ReportingTables>,
  account_id: SenderCount['account_id'],
): Promise<SenderCount[]> {
  return take(trx, sql`account_id = ${account_id}`);
}

/** Of accounts with large packs it takes what counts for a few of them, or for one. */
async function take(trx: Transaction<ReportingTables>, which: RawBuilder<unknown>): Promise<SenderCount[]> {
  const { rows } = await sql<SenderCount>`
    with locked as materialized (
      select ctid, account_id from sender_bucket where ${which} order by account_id, hour limit ${AT_ONCE}
      for update skip locked),
    packed as (
      select account_id, sum(bytes) over (order by account_id) - bytes as bytes_before
      from (select distinct account_id from locked) as a cross join lateral (
        select coalesce(sum(octet_length(counts)), 0) as bytes from sender_pack as p
        where p.account_id = a.account_id and p.span = 'ever') as p)
    delete from sender_bucket where ctid = any(array(
      select ctid from locked join packed using (account_id) where bytes_before < ${MOST_BYTES}::int))
    returning account_id, hour, sender, direction, type, count`.execute(trx);
  return rows;
}

interface NumberedSender {
  account_id: AccountId;
  sender: string;
  number: number;
}

const number = prepared<NumberedSender>(
  'pack-number',
  `with wanted as materialized (
     select distinct account_id collate "C" as account_id, sender collate "C" as sender
     from unnest($1::text[], $2::text[]) as w(account_id, sender)),
   known as materialized (
     select w.account_id, w.sender, n.number
     from wanted as w left join lateral (
       select number from sender_number as s where s.account_id = w.account_id and s.sender = w.sender offset 0) as n on true),
   last as (
     select account_id, coalesce((select max(number) from sender_number as s where s.account_id = k.account_id), -1) as number
     from (select distinct account_id from known where number is null) as k),
   added as (
     insert into sender_number (account_id, number, sender)
     select account_id, last.number + row_number() over (partition by account_id order by sender), sender
     from known join last using (account_id) where known.number is null
     order by 1, 2
     returning account_id, sender, number)
   select * from known where number is not null union all select * from added`,
);

/** The numbers of senders, given to those that have none yet. */
export function numberSenders(
  trx: Transaction<ReportingTables>,
  senders: readonly Pick<SenderCount, 'account_id' | 'sender'>[],
): Promise<NumberedSender[]> {
  return number(trx, [senders.map(({ account_id }) => account_id), senders.map(({ sender }) => sender)]);
}

const KEYS = 'unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])';

const read = prepared<Packed & { position: number }>(
  'pack-read',
  `select w.position, p.last_number, p.counts
   from ${KEYS} with ordinality as w(account_id, span, at, direction, type, position)
   cross join lateral (
     select last_number, counts from sender_pack as p where p.account_id = w.account_id and p.span = w.span
       and p.at = w.at and p.direction = w.direction and p.type = w.type offset 0) as p`,
);

const keysOf = (packs: readonly Addition[]): unknown[] => [
  packs.map(({ account_id }) => account_id),
  packs.map(({ span }) => span),
  packs.map(({ at }) => at),
  packs.map(({ direction }) => direction),
  packs.map(({ type }) => type),
];

/** What the packs say, by their places among these; one that there is not yet is left out. */
export async function loadPacks(
  trx: Transaction<ReportingTables>,
  packs: readonly Addition[],
): Promise<Map<number, Packed>> {
  const rows = await read(trx, keysOf(packs));
  return new Map(rows.map(({ position, ...packed }) => [position - 1, packed]));
}

const write = prepared(
  'pack-write',
  `insert into sender_pack (account_id, span, at, direction, type, last_number, counts)
   select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::int[], $7::bytea[])
   on conflict (account_id, span, at, direction, type)
     do update set last_number = excluded.last_number, counts = excluded.counts`,
);

/** Makes the packs say this from now on. */
export async function storePacks(
  trx: Transaction<ReportingTables>,
  packs: readonly Addition[],
  packed: readonly Packed[],
): Promise<void> {
  const said = [packed.map(({ last_number }) => last_number), packed.map(({ counts }) => counts)];
  await write(trx, [...keysOf(packs), ...said]);
}

/** How many rows wait. Throws `Unavailable`. */
export async function countWaiting(db: Kysely<ReportingTables>): Promise<number> {
  const { rows } = await available(
    sql<{ count: number }>`select count(*) as count from sender_bucket`.execute(db),
  );
  return rows[0]?.count ?? 0;
}
