import { createBatcher, delay, type Metrics } from '@parley/platform/runtime';
import type { Executor } from '@parley/platform/db';
import type { DatabaseClock } from './database-clock.ts';
import { laneName, type Lane } from './lane.ts';
import { reserveSlots } from './slot-store.ts';

/** A call that may only be made in its turn. */
export interface Turn {
  lane: Lane;
  /** The slots of the lane, a second. */
  rate: number;
  /** The slot that it has already, epoch ms of the database; null = none. */
  slot: number | null;
  /** When it is too late for the call, monotonic ms. */
  deadline: number;
}

/**
 * Waits for the turn of a call: from its slot on and not more than 30 ms after it, or as soon as it surely has come where
 * the database's clock is not known so well. A slot that was missed is given up and another one reserved. Resolves with false when that would be after the deadline. Rejects with `Unavailable`.
 */
export type AwaitTurn = (turn: Turn) => Promise<boolean>;

export interface TurnsOptions {
  db: Executor;
  clock: DatabaseClock;
  /** Most calls that may wait at once for a slot to be reserved. */
  maxQueued: number;
  metrics: Metrics;
}

/** Beyond it, calls of different slots would crowd into one second. */
const LATE_MS = 30;
/** A call that begins as soon as it may is in time, however far away the database is: else none would ever begin, ms. */
const PROMPT_MS = 5;
const MAX_RESERVED = 500;

/** Makes the function that waits for turns. */
export function createTurns({ db, clock, maxQueued, metrics }: TurnsOptions): AwaitTurn {
  const missed = metrics.counter('lane_slots_missed_total', 'Time slots that nobody was in time for', [
    'connection',
  ]);
  const reserve = createBatcher<Pick<Turn, 'lane' | 'rate'>, number>({
    name: 'reserve-slots',
    maxItems: MAX_RESERVED,
    waitMs: 0,
    maxQueued,
    metrics,
    flush: (turns) => reserveAll(turns, { db, clock }),
  });

  const latest = (slot: number): number =>
    Math.max(clock.surelyBefore(slot) + LATE_MS, clock.surelyAt(slot) + PROMPT_MS);

  return async ({ lane, rate, slot, deadline }) => {
    for (let next = slot ?? (await reserve.add({ lane, rate })); ;) {
      const from = clock.surelyAt(next);
      if (from > deadline) return false;
      // Timers may ring a little early.
      for (let now = performance.now(); now < from; now = performance.now())
        await delay(Math.ceil(from - now));
      // Asked again: while it waited the clock may have become known better, and the calls of later slots do not wait for it.
      if (performance.now() <= latest(next)) return true;
      missed.inc({ connection: lane.connection_id });
      next = await reserve.add({ lane, rate });
    }
  };
}

/** Reserves a slot for each, with one statement for each lane. */
async function reserveAll(
  turns: readonly Pick<Turn, 'lane' | 'rate'>[],
  { db, clock }: Pick<TurnsOptions, 'db' | 'clock'>,
): Promise<number[]> {
  const numbered = turns.map((turn, index) => ({ ...turn, index }));
  const slots = turns.map(() => 0);
  for (const group of Map.groupBy(numbered, ({ lane }) => laneName(lane)).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { lane, rate } = first;
    const asked = performance.now();
    const { slot, clock: database } = await reserveSlots(db, lane, { rate, count: group.length });
    // Perhaps nothing was taken out of a lane yet, and this is the first that is heard of the database's clock.
    clock.read({ asked, answered: performance.now(), database });
    for (const [place, { index }] of group.entries()) slots[index] = slot + (place / rate) * 1_000;
  }
  return slots;
}
