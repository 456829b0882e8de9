import type { Database } from '../database.ts';
import { createAlarm, type Alarm } from './alarm.ts';
import { createFastPath, type FastPath } from './fast-path.ts';
import type { BusyLane } from './find-lanes.ts';
import { createLaneBook, type LaneBook } from './lane-book.ts';
import { createPlacing, type PlaceMessage } from './place-messages.ts';
import { createStandings, type Standings } from './standings.ts';

/** What a process knows of lanes: whoever puts messages into them, or takes them out, goes by it. */
export interface Lanes {
  standings: Standings;
  fastPath: FastPath;
  book: LaneBook;
  /** Wakes who takes messages out. */
  alarm: Alarm;
  place: PlaceMessage;
  /** This process has put messages into these lanes, and committed that. */
  enteredInto(lanes: readonly BusyLane[]): void;
  /** A provider has a free place again: somebody in a lane may have waited for it. */
  freed(): void;
}

/** Makes what a process knows of lanes; at first it is nothing. */
export function createLanes(db: Database): Lanes {
  const standings = createStandings();
  const fastPath = createFastPath();
  const book = createLaneBook(db);
  const alarm = createAlarm();
  return {
    standings,
    fastPath,
    book,
    alarm,
    place: createPlacing({ standings, fastPath }),
    enteredInto: (lanes) => {
      if (lanes.length === 0) return;
      book.add(lanes);
      alarm.ring();
    },
    freed: () => {
      if (fastPath.isCrowded()) alarm.ring();
    },
  };
}
