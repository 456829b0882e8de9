import type { ConnectionId } from '@parley/contracts/ids';
import type { Attempts } from '../send-message/attempt.ts';
import type { Route } from '../send-message/choose-route.ts';
import type { DatabaseClock } from './database-clock.ts';
import { giveBack, planErrands, wantedFor, type Errand, type ErrandOptions } from './errands.ts';
import type { LaneBook } from './lane-book.ts';
import type { Take, Taken } from './take.ts';

export interface PassOptions extends ErrandOptions {
  book: LaneBook;
  take: Take;
  clock: DatabaseClock;
  attempts: Pick<Attempts, 'begin'>;
}

/** What a pass left behind. */
export interface PassResult {
  /** Connections with lanes that could be taken from and were not emptied. */
  backlogged: Set<ConnectionId>;
  /** Whether there may be more to take at once. */
  isMore: boolean;
}

/** Lanes looked into in one pass. */
const MAX_LANES = 200;
/** How soon a lane from which nothing can be taken now is looked into again, ms. */
const LATER_MS = 50;
/** The same for one that was found without a way for what is left in it. */
const MUCH_LATER_MS = 1_000;
/** Slots are to be had so long before their time, ms. */
const AHEAD_MS = 100;

/**
 * Goes once through the lanes that are due: takes as many messages as there are free places and slots, and begins to
 * call for them. Throws `Unavailable`; then everything is as it was.
 */
export async function pass(options: PassOptions): Promise<PassResult> {
  const { book, gates } = options;
  const due = book.due(MAX_LANES);
  const errands = await planErrands(due, options);
  const fetched = await fetch(errands, options);
  const result: PassResult = { backlogged: new Set(), isMore: due.length === MAX_LANES };
  for (const known of due) {
    const own = errands.filter((errand) => errand.known === known);
    const left = own.filter((errand) => fetched.get(errand)?.isEmpty !== true);
    if (left.length > 0) result.backlogged.add(known.lane.connection_id);
    result.isMore ||= left.some(({ way: { route } }) => isUnlimited(route) && gates.free(route.url) > 0);
    const taken = left.map((errand) => fetched.get(errand) ?? NOTHING);
    book.looked(known, nextLook(own, taken, options));
  }
  return result;
}

/** Takes messages out of lanes, begins to call for them, and gives back the places that were not needed. */
async function fetch(errands: readonly Errand[], options: PassOptions): Promise<Map<Errand, Taken>> {
  const going = errands.filter(({ places }) => places.length > 0);
  try {
    const taken = going.length === 0 ? [] : await options.take(going.map(wantedFor));
    const fetched = new Map(going.map((errand, index) => [errand, taken[index] ?? NOTHING]));
    for (const [errand, { messages }] of fetched) begin(errand, messages, options);
    return fetched;
  } finally {
    await giveBack(errands, options.breakers);
  }
}

const NOTHING: Taken = { messages: [], isEmpty: false, next_slot: null };

/** Begins to call for what was fetched. */
function begin(
  { way, places }: Errand,
  messages: Taken['messages'],
  { attempts }: Pick<PassOptions, 'attempts'>,
): void {
  for (const { claimed, slot } of messages) {
    const place = places.pop();
    if (place !== undefined) attempts.begin({ claimed, route: way.route, place, slot, isTry: way.isTry });
  }
}

/** When to look into a lane again after errands to it, some of which left something there. */
function nextLook(
  errands: readonly Errand[],
  left: readonly Taken[],
  { clock, standings }: PassOptions,
): 'empty' | number {
  const now = standings.now();
  // It is paused, or nobody can send what is in it.
  if (errands.length === 0) return now + LATER_MS;
  if (left.length === 0) {
    const isAll = errands.some(({ way: { which, types } }) => which === 'all' && types === null);
    return isAll ? 'empty' : now + MUCH_LATER_MS;
  }
  const slots = left.map(({ next_slot }) =>
    next_slot === null ? now : clock.surelyAt(next_slot) - AHEAD_MS,
  );
  // A limit may be lifted meanwhile.
  return Math.min(...slots, now + MUCH_LATER_MS);
}

function isUnlimited({ connection }: Route): boolean {
  return connection.rate_per_second === null;
}
