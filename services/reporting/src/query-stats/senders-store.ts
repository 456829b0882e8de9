import type { AccountId } from '@parley/contracts/ids';
import type { Stats, StatsQuery } from '@parley/contracts/requests/query-stats';
import { prepared } from '@parley/platform/db';
import type { Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { addUp, findLeaders, inOrder, type SignedPack } from './rank.ts';

/** How a period is counted, each as a JSON text that PostgreSQL reads. */
export interface CoverText {
  ranges: string;
  unpacked: string;
  edges: string;
}

const matches = (table: string): string =>
  `($3::text is null or ${table}.direction = $3) and ($4::text is null or ${table}.type = $4)`;

const readPacks = prepared<SignedPack>(
  'stats-packs',
  `select r.sign, p.last_number, p.counts
   from jsonb_to_recordset($2::jsonb) as r(kind text, span text, since timestamptz, until timestamptz, sign int)
   cross join lateral (
     select last_number, counts from sender_pack as p where p.account_id = $1 and p.span = r.span
       and p.at >= r.since and p.at < r.until and ${matches('p')} offset 0) as p
   where r.kind = 'sender'`,
);

const readUnpacked = prepared<{ sender: string; count: number; number: number | null }>(
  'stats-unpacked',
  `with part as (
     select b.sender, b.count
     from jsonb_to_recordset($2::jsonb) as h(since timestamptz, until timestamptz) cross join lateral (
       select sender, count from sender_bucket as b where b.account_id = $1
         and b.hour >= h.since and b.hour < h.until and ${matches('b')} offset 0) as b
     union all
     select m."from", 1
     from jsonb_to_recordset($5::jsonb) as e(since timestamptz, until timestamptz) cross join lateral (
       select "from" from message as m where m.account_id = $1
         and m."timestamp" >= e.since and m."timestamp" < e.until and ${matches('m')} offset 0) as m),
   one as materialized (select sender collate "C" as sender, sum(count)::bigint as count from part group by 1)
   select one.sender, one.count, n.number
   from one left join lateral (
     select number from sender_number as s where s.account_id = $1 and s.sender = one.sender offset 0) as n on true`,
);

type Named = { number: number; sender: string };

const readNames = prepared<Named>(
  'stats-names',
  `select n.number, n.sender from unnest($2::int[]) as w(number) cross join lateral (
     select number, sender from sender_number as s where s.account_id = $1 and s.number = w.number offset 0) as n`,
);

/** Names that are read at a time. */
const STRIDE = 5_000;

const walkNames = prepared<Named>(
  'stats-walk',
  `select number, sender from sender_number where account_id = $1 and sender > $2 order by sender limit ${STRIDE}`,
);

/** The busiest senders of a period, and how many there are, of the moment that the transaction sees. */
export async function countSenders(
  trx: Transaction<ReportingTables>,
  { account_id, direction, type, top }: StatsQuery,
  { ranges, unpacked, edges }: CoverText,
): Promise<Pick<Stats, 'top_senders' | 'senders_count'>> {
  const packs = await readPacks(trx, [account_id, ranges, direction, type]);
  const recent = await readUnpacked(trx, [account_id, unpacked, direction, type, edges]);
  const last = recent.reduce((most, { number }) => Math.max(most, number ?? -1), -1);
  const totals = addUp(packs, last);
  for (const { number, count } of recent) if (number !== null) totals[number] = (totals[number] ?? 0) + count;
  const unnumbered = recent.filter(({ number }) => number === null);
  const { senders, least, above, level } = findLeaders(totals, unnumbered, top);
  const named = [
    ...(await loadNames(trx, account_id, above)),
    ...(await firstOf(trx, account_id, { level, top })),
  ];
  const candidates = [
    ...named.map(({ number, sender }) => ({ sender, count: totals[number] ?? 0 })),
    ...unnumbered.filter(({ count }) => count >= least),
  ];
  const busiest = candidates.toSorted(inOrder).slice(0, top);
  return {
    senders_count: senders,
    top_senders: busiest.map(({ sender, count }) => ({ from: sender, count })),
  };
}

async function loadNames(
  trx: Transaction<ReportingTables>,
  account_id: AccountId,
  numbers: readonly number[],
): Promise<Named[]> {
  return numbers.length === 0 ? [] : readNames(trx, [account_id, numbers]);
}

/** More than so many are not looked up one by one. */
const FEW = 2_000;

/** Of senders that are equally busy the first by name, as many as may be wanted, or more. */
async function firstOf(
  trx: Transaction<ReportingTables>,
  account_id: AccountId,
  { level, top }: { level: readonly number[]; top: number },
): Promise<Named[]> {
  if (level.length <= FEW) return loadNames(trx, account_id, level);
  const wanted = new Set(level);
  const found: Named[] = [];
  for (let after = ''; found.length < top;) {
    const names = await walkNames(trx, [account_id, after]);
    found.push(...names.filter(({ number }) => wanted.has(number)));
    const last = names.at(-1);
    if (last === undefined) break;
    after = last.sender;
  }
  return found;
}
