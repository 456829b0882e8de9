import type { MessageId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import type { Database, Trx } from '../database.ts';
import { addNotes } from '../notes/add-notes.ts';
import { claimMessages, type Claimed } from '../send-message/claim.ts';
import { WAITING_FOR_TURN } from '../waiting-for-turn.ts';
import type { DatabaseClock } from './database-clock.ts';
import { laneName, type Lane } from './lane.ts';
import { notesOnWaits } from './note-waits.ts';
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

/** More lanes than that are asked again whether they have a row. */
const MAX_KNOWN = 10_000;

/** Makes the function that takes messages out of lanes. It rejects with `Unavailable` when the database is away. */
export function createTaking({ db, clock, leaseMs }: TakeOptions): Take {
  // Limited lanes that have a row.
  const open = new Set<string>();

  return async (wanted) => {
    const limited = wanted.flatMap((lane) => (lane.rate === null ? [] : [limitedLane(lane)]));
    const unopened = limited.filter((lane) => !open.has(laneName(lane)));
    const taken = await inTransaction(db, async (trx) => {
      await openLanes(trx, unopened);
      const rows = await takeWaiting(trx, wanted);
      const claimed = await claimTaken(trx, { rows, wanted, leaseMs });
      await addNotes(trx, notesOnWaits({ rows, wanted, claimed }));
      const byLane = Map.groupBy(rows, ({ position }) => position);
      const taken = wanted.map((lane, position) =>
        sortOut(lane, { claimed, rows: byLane.get(position) ?? [] }),
      );
      return giveSlots(trx, { wanted, taken, clock });
    });
    if (open.size > MAX_KNOWN) open.clear();
    for (const [position, lane] of wanted.entries()) {
      const name = laneName(limitedLane(lane));
      // Without a limit it needs none; without a next slot its row was taken away.
      if (taken[position]?.next_slot == null) open.delete(name);
      else open.add(name);
    }
    return taken;
  };
}

/** The lane whose slots are used. */
function limitedLane({ via, sender }: Wanted): Lane {
  return { connection_id: via, sender };
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
  return new Map(
    claimed.flatMap((message) => (message === null ? [] : [[message.id, fromLane(message)] as const])),
  );
}

/** Whatever it waited for, it waited for its turn. */
function fromLane(message: Claimed): Claimed {
  return { ...message, waited_for: message.waited_for ?? WAITING_FOR_TURN };
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
