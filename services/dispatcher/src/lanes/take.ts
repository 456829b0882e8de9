import { inTransaction } from '@parley/platform/db';
import type { Database } from '../database.ts';
import { claimMessages, type Claimed } from '../send-message/claim.ts';
import type { DatabaseClock } from './database-clock.ts';
import { laneName, type Lane } from './lane.ts';
import { openLanes } from './slot-store.ts';
import { takeWaiting, type TakenRow, type Wanted } from './take-store.ts';

/** What was taken out of one lane. */
export interface Taken {
  messages: { claimed: Claimed; slot: number | null }[];
  /** Whether there is nothing more in it that is wanted. */
  isEmpty: boolean;
  /** When its next slot is, epoch ms of the database; null = it has no limit. */
  next_slot: number | null;
}

/** Takes messages out of lanes and claims them, all in one transaction; one result for each lane. */
export type Take = (wanted: readonly Wanted[]) => Promise<Taken[]>;

export interface TakeOptions {
  db: Database;
  clock: DatabaseClock;
  leaseMs: number;
}

/** For how long a row that was there is taken to be there still, ms: less than unused ones are kept. */
const KNOWN_MS = 3_600_000;
const MAX_KNOWN = 10_000;

/** Makes the function that takes messages out of lanes. It rejects with `Unavailable` when the database is away. */
export function createTaking({ db, clock, leaseMs }: TakeOptions): Take {
  const open = new Map<string, number>();

  /** The limited lanes that may have no row yet. */
  function unknown(wanted: readonly Wanted[]): Lane[] {
    const lanes = wanted
      .filter(({ rate }) => rate !== null)
      .map(({ via, sender }) => ({ connection_id: via, sender }));
    return lanes.filter((lane) => (open.get(laneName(lane)) ?? 0) < performance.now());
  }

  function remember(lanes: readonly Lane[]): void {
    if (open.size + lanes.length > MAX_KNOWN) open.clear();
    for (const lane of lanes) open.set(laneName(lane), performance.now() + KNOWN_MS);
  }

  return async (wanted) => {
    const opened = unknown(wanted);
    const result = await inTransaction(db, async (trx) => {
      await openLanes(trx, opened);
      const asked = performance.now();
      const rows = await takeWaiting(trx, wanted);
      const [first] = rows;
      if (first !== undefined) clock.read({ asked, answered: performance.now(), database: first.clock });
      const claims = rows.flatMap(({ message_id, position }) => {
        const connection_id = wanted[position]?.via;
        return message_id === null || connection_id === undefined ? [] : [{ message_id, connection_id }];
      });
      const claimed = claims.length === 0 ? [] : await claimMessages(trx, claims, leaseMs);
      return { rows, claimed: claimed.filter((message) => message !== null) };
    });
    remember(opened);
    return sortOut(wanted, result);
  };
}

function sortOut(
  wanted: readonly Wanted[],
  { rows, claimed }: { rows: readonly TakenRow[]; claimed: readonly Claimed[] },
): Taken[] {
  const byId = new Map(claimed.map((message) => [message.id, message]));
  const byLane = Map.groupBy(rows, ({ position }) => position);
  return wanted.map((_, position) => {
    const taken = byLane.get(position) ?? [];
    const [first] = taken;
    return {
      messages: taken.flatMap(({ message_id, slot }) => {
        const message = message_id === null ? undefined : byId.get(message_id);
        return message === undefined ? [] : [{ claimed: message, slot }];
      }),
      isEmpty: first !== undefined && first.asked !== null && first.found < first.asked,
      next_slot: first?.next_slot ?? null,
    };
  });
}
