import type { MessageId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import type { Database, Trx } from '../database.ts';
import { claimMessages, type Claimed } from '../send-message/claim.ts';
import type { DatabaseClock } from './database-clock.ts';
import { laneName, type Lane } from './lane.ts';
import { advanceLanes, openLanes } from './slot-store.ts';
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
    const taken = await inTransaction(db, async (trx) => {
      await openLanes(trx, opened);
      const rows = await takeWaiting(trx, wanted);
      const claimed = await claimTaken(trx, { rows, wanted, leaseMs });
      const byLane = Map.groupBy(rows, ({ position }) => position);
      const taken = wanted.map((lane, position) =>
        sortOut(lane, { claimed, rows: byLane.get(position) ?? [] }),
      );
      return giveSlots(trx, { wanted, taken, clock });
    });
    remember(opened);
    return taken;
  };
}

interface Fetched {
  wanted: readonly Wanted[];
  rows: readonly TakenRow[];
  leaseMs: number;
}

async function claimTaken(trx: Trx, { wanted, rows, leaseMs }: Fetched): Promise<Map<MessageId, Claimed>> {
  const claims = rows.flatMap(({ message_id, position }) => {
    const connection_id = wanted[position]?.via;
    return message_id === null || connection_id === undefined ? [] : [{ message_id, connection_id }];
  });
  const claimed = claims.length === 0 ? [] : await claimMessages(trx, claims, leaseMs);
  return new Map(claimed.flatMap((message) => (message === null ? [] : [[message.id, message] as const])));
}

/** What came of one lane, before its messages have slots. */
function sortOut(
  { rate }: Wanted,
  { rows, claimed }: { rows: readonly TakenRow[]; claimed: ReadonlyMap<MessageId, Claimed> },
): Taken {
  const [first] = rows;
  return {
    messages: rows.flatMap(({ message_id }) => {
      const message = message_id === null ? undefined : claimed.get(message_id);
      return message === undefined ? [] : [{ claimed: message, slot: null }];
    }),
    isEmpty: first !== undefined && first.asked !== null && first.found < first.asked,
    next_slot: rate === null ? null : (first?.next_slot ?? null),
  };
}

/** Gives the messages of limited lanes their slots. */
async function giveSlots(
  trx: Trx,
  { wanted, taken, clock }: { wanted: readonly Wanted[]; taken: readonly Taken[]; clock: DatabaseClock },
): Promise<Taken[]> {
  const limited = wanted.flatMap(({ via, sender, rate }, position) => {
    const count = taken[position]?.messages.length ?? 0;
    return rate === null || count === 0 ? [] : [{ connection_id: via, sender, taken: count, rate }];
  });
  const asked = performance.now();
  const advanced = await advanceLanes(trx, limited);
  const [reading] = advanced;
  if (reading !== undefined) clock.read({ asked, answered: performance.now(), database: reading.clock });
  const slots = new Map(advanced.map((lane) => [laneName(lane), lane.slot]));
  return taken.map((lane, position) => {
    const { via = null, sender = '', rate = null } = wanted[position] ?? {};
    const slot = via === null ? undefined : slots.get(laneName({ connection_id: via, sender }));
    if (slot === undefined || rate === null) return lane;
    const at = (place: number): number => slot + (place / rate) * 1_000;
    const messages = lane.messages.map(({ claimed }, place) => ({ claimed, slot: at(place) }));
    return { ...lane, messages, next_slot: at(messages.length) };
  });
}
