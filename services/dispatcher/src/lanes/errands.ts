import { originOf, type Gates, type Place } from '../send-message/gates.ts';
import type { Breakers } from './breakers.ts';
import type { KnownLane } from './lane-book.ts';
import { laneName, slotRateOf } from './lane.ts';
import { share } from './share.ts';
import type { Wanted } from './take-store.ts';
import { waysOf, type Way, type WayOptions } from './ways.ts';

/** Messages of a lane to be fetched for one way, and the places that they may take. */
export interface Errand {
  known: KnownLane;
  way: Way;
  /** Those that are not used yet. */
  places: Place[];
}

export interface ErrandOptions extends WayOptions {
  gates: Gates;
  breakers: Pick<Breakers, 'tryOnce' | 'tried'>;
}

/** Messages in one pass. */
const MAX_MESSAGES = 500;
/** How far ahead slots are reserved, s, and so how many a limited lane can use. */
const AHEAD_S = 0.1;

/**
 * What is to be fetched out of lanes: for each lane and way as many as there are places for it, perhaps none. A lane
 * through which the messages of several could go is used by one of them at a time. Throws `Unavailable`.
 */
export async function planErrands(lanes: readonly KnownLane[], options: ErrandOptions): Promise<Errand[]> {
  const ways = await Promise.all(lanes.map(({ lane }) => waysOf(lane, options)));
  const errands: Errand[] = [];
  const used = new Set<string>();
  for (const [index, known] of lanes.entries())
    for (const way of ways[index] ?? []) {
      const { id } = way.route.connection;
      // One call tries a whole connection: however many lanes it has, the right to that is asked for once.
      const via = way.isTry ? id : laneName({ connection_id: id, sender: known.lane.sender });
      if (used.has(via)) continue;
      used.add(via);
      if (await mayGo(way, options)) errands.push({ known, way, places: [] });
    }
  takePlaces(errands, options.gates);
  for (const { way, places } of errands)
    if (way.isTry && places.length === 0) await options.breakers.tried(way.route.connection.id, null);
  return errands;
}

/** What is wanted from the database for an errand. */
export function wantedFor({ known: { lane }, way, places }: Errand): Wanted {
  const { connection } = way.route;
  const { connection_id, sender } = lane;
  const { which, types } = way;
  // A try reserves its slot by itself: the lane may have none for long, and the connection is not back before it.
  const rate = way.isTry ? null : slotRateOf(connection);
  return { connection_id, sender, via: connection.id, rate, places: places.length, which, types };
}

/** Only a try that has a place takes the right to try. */
async function mayGo({ route, isTry }: Way, { gates, breakers }: ErrandOptions): Promise<boolean> {
  return !isTry || (gates.free(route.url) > 0 && (await breakers.tryOnce(route.connection.id)));
}

/** Gives back what an errand did not need. */
export async function giveBack(errands: readonly Errand[], breakers: Pick<Breakers, 'tried'>): Promise<void> {
  for (const { way, places } of errands) {
    if (way.isTry && places.length > 0) await breakers.tried(way.route.connection.id, null);
    for (const place of places.splice(0)) place.leave();
  }
}

/** Shares the free places of each origin out to the errands that go there. */
function takePlaces(errands: readonly Errand[], gates: Gates): void {
  let left = MAX_MESSAGES;
  for (const group of Map.groupBy(errands, ({ way }) => originOf(way.route.url)).values()) {
    const url = group[0]?.way.route.url ?? '';
    const claimants = group.map(({ known, way }) => ({ account: known.lane.account_id, most: mostFor(way) }));
    for (const [index, count] of share(Math.min(left, gates.free(url)), claimants).entries())
      for (let number = 0; number < count; number += 1) {
        const place = gates.enter(url);
        if (place === null) break;
        group[index]?.places.push(place);
        left -= 1;
      }
  }
}

function mostFor({ route, isTry }: Way): number {
  if (isTry) return 1;
  const rate = slotRateOf(route.connection);
  return rate === null ? MAX_MESSAGES : Math.floor(rate * AHEAD_S) + 1;
}
