import type { Executor } from '@parley/platform/db';
import { findLanes, type BusyLane, type LaneMark } from './find-lanes.ts';
import { laneName } from './lane.ts';

/** A lane in the book. */
export interface KnownLane {
  lane: BusyLane;
  /** From when on there may be something to take. */
  from: number;
}

/** The lanes in which messages wait, as far as this process knows. */
export interface LaneBook {
  /** Somebody was put into these lanes just now. */
  add(lanes: readonly BusyLane[]): void;
  /** Looks which other lanes there are. Throws `Unavailable`. */
  search(): Promise<void>;
  /** Up to `most` lanes that it makes sense to look into, those that were looked into longest ago first. */
  due(most: number): KnownLane[];
  /** A lane was looked into: it is empty, or not before a time (from `now`) is there anything to take. */
  looked(known: KnownLane, result: 'empty' | number): void;
  /** Every lane that is known, with the time when its next message was accepted. */
  all(): BusyLane[];
}

/** Lanes found in one search; the next one goes on where it ended. */
const MAX_FOUND = 500;
/** More are left to be found later, when others are empty. */
const MAX_KNOWN = 5_000;

const BEFORE_ALL: LaneMark = { connection_id: '', sender: '' };

/** Makes an empty book. `now` gives a monotonic time in ms. */
export function createLaneBook(db: Executor, now: () => number = () => performance.now()): LaneBook {
  // In the order in which they were looked into.
  const known = new Map<string, KnownLane>();
  let after: LaneMark = BEFORE_ALL;

  return {
    add: (lanes) => {
      for (const lane of lanes) known.set(laneName(lane), { lane, from: 0 });
    },
    search: async () => {
      const found = await findLanes(db, after, MAX_FOUND);
      after = found.length === MAX_FOUND ? (found.at(-1) ?? BEFORE_ALL) : BEFORE_ALL;
      for (const lane of found) {
        const name = laneName(lane);
        const entry = known.get(name);
        if (entry !== undefined) entry.lane = lane;
        else if (known.size < MAX_KNOWN) known.set(name, { lane, from: 0 });
      }
    },
    due: (most) => {
      const due: KnownLane[] = [];
      const time = now();
      for (const entry of known.values()) {
        if (due.length === most) break;
        if (entry.from <= time) due.push(entry);
      }
      return due;
    },
    looked: (entry, result) => {
      const name = laneName(entry.lane);
      // Somebody was put into it meanwhile.
      if (known.get(name) !== entry) return;
      known.delete(name);
      if (result !== 'empty') known.set(name, { lane: entry.lane, from: result });
    },
    all: () => [...known.values()].map(({ lane }) => lane),
  };
}
