import type { Keyset } from '@parley/contracts/requests/paging';
import type { ListOrder } from '@parley/contracts/requests/query-messages';

/** An hour in which there is something that is wanted. */
export interface Hour {
  /** When it begins. */
  at: string;
  /** How many messages are in it, wanted or not, and in those that come before it in the list. */
  so_far: number;
}

const HOUR_MS = 3_600_000;
const BEFORE_ANY_ID = '00000000-0000-0000-0000-000000000000';

/** Where a list comes to an hour. */
export function edgeBefore({ at }: Hour, order: ListOrder): Keyset {
  return { at: order === 'desc' ? hourAfter(at) : at, id: BEFORE_ANY_ID };
}

/** Where a list leaves an hour. */
export function edgeBehind({ at }: Hour, order: ListOrder): Keyset {
  return { at: order === 'desc' ? at : hourAfter(at), id: BEFORE_ANY_ID };
}

/** Whether nothing of the hour that begins at this place comes after it in a list from the newest to the oldest. */
export function isEdge({ id }: Keyset): boolean {
  return id === BEFORE_ANY_ID;
}

/** Of two places in a list the one that comes later; null is its beginning. */
export function further(one: Keyset | null, two: Keyset, order: ListOrder): Keyset {
  if (one === null) return two;
  const difference = Date.parse(two.at) - Date.parse(one.at);
  return (order === 'desc' ? -difference : difference) > 0 ? two : one;
}

function hourAfter(at: string): string {
  return new Date(Date.parse(at) + HOUR_MS).toISOString();
}
