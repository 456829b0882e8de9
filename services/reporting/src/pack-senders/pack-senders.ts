import { inTransaction } from '@parley/platform/db';
import { repeat, type Logger, type Part } from '@parley/platform/runtime';
import type { Kysely, Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { addToPack } from '../packed-counts.ts';
import { additions } from './decide.ts';
import { findCrowded } from './find-crowded.ts';
import {
  isAlone,
  loadPacks,
  numberSenders,
  storePacks,
  takeOf,
  takeOver,
  type SenderCount,
} from './store.ts';

const INTERVAL_MS = 10_000;

/** Packs what was counted of senders, so that many of them are added up quickly and take little room. */
export function packSenders(db: Kysely<ReportingTables>, { logger }: { logger: Logger }): Part {
  const search: Search = { from: '' };
  return repeat({
    name: 'pack senders',
    intervalMs: INTERVAL_MS,
    logger,
    run: () => packSome(db, Date.now(), search),
  });
}

/** With which account the search for those for which many wait goes on; '' = the first one. */
interface Search {
  from: string;
}

/**
 * Moves some counts of hours before that of `now` (epoch ms), or of accounts for which many wait, into the packs; true when
 * there may be more. What is counted, bucket and pack together, is the same before and after. Throws `Unavailable`.
 */
export function packSome(
  db: Kysely<ReportingTables>,
  now: number,
  search: Search = { from: '' },
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    if (!(await isAlone(trx))) return false;
    const taken = await takeSome(trx, now, search);
    if (taken.length === 0) return false;
    const numbered = await numberSenders(trx, taken);
    const numbers = new Map(
      numbered.map(({ account_id, sender, number }) => [`${account_id} ${sender}`, number]),
    );
    const added = additions(taken, (account_id, sender) => {
      const number = numbers.get(`${account_id} ${sender}`);
      if (number === undefined) throw new Error(`${sender} was given no number`);
      return number;
    });
    const packs = await loadPacks(trx, added);
    const packed = added.map(({ counts }, place) => addToPack(packs.get(place) ?? null, counts));
    await storePacks(trx, added, packed);
    return true;
  });
}

async function takeSome(
  trx: Transaction<ReportingTables>,
  now: number,
  search: Search,
): Promise<SenderCount[]> {
  const over = await takeOver(trx, now);
  if (over.length > 0) return over;
  const { crowded, from } = await findCrowded(trx, search.from);
  search.from = from;
  return crowded === null ? [] : takeOf(trx, crowded);
}
