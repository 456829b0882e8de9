import type { AccountId } from '@parley/contracts/ids';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';

/** How many rows are too many for an account, and how many are counted at a time. */
export interface Limits {
  ofAccount: number;
  counted: number;
}

const LIMITS: Limits = {
  // So many are still added up in time when somebody asks.
  ofAccount: 10_000,
  // Hundredths of a second of work; tenths where nearly every row is of another account.
  counted: 200_000,
};

/** What was found, and with which account to go on. */
export interface Found {
  crowded: AccountId | null;
  from: string;
}

/**
 * Counts what waits for accounts, beginning with `from` ('' = the first one), until too much waits for one of them. When that
 * takes too long it ends, and goes on the next time.
 */
export async function findCrowded(
  trx: Transaction<ReportingTables>,
  from: string,
  { ofAccount, counted }: Limits = LIMITS,
): Promise<Found> {
  const { rows } = await sql<{ account_id: AccountId; waiting: number; counted: number }>`
    with recursive walked as (
      select account_id, waiting, waiting as counted from (${countNext(sql`>= ${from}`, ofAccount)}) as first
      union all
      select next.account_id, next.waiting, walked.counted + next.waiting
      from walked cross join lateral (${countNext(sql`> walked.account_id`, ofAccount)}) as next
      where walked.counted < ${counted}::int and walked.waiting <= ${ofAccount}::int)
    select * from walked order by account_id desc limit 1`.execute(trx);
  const [last] = rows;
  if (last === undefined) return { crowded: null, from: '' };
  const { account_id } = last;
  if (last.waiting > ofAccount) return { crowded: account_id, from: account_id };
  return { crowded: null, from: last.counted < counted ? '' : account_id };
}

/** How much waits for the next account that anything waits for: no more than that it is too much is counted. */
function countNext(behind: RawBuilder<unknown>, ofAccount: number): RawBuilder<unknown> {
  return sql`
    select a.account_id, c.waiting
    from (select account_id from sender_bucket where account_id ${behind} order by account_id limit 1) as a
    cross join lateral (
      select count(*) as waiting from (
        select from sender_bucket as b where b.account_id = a.account_id limit ${ofAccount}::int + 1) as rows) as c`;
}
