import { isDeepStrictEqual } from 'node:util';
import type { Message } from '@parley/contracts/message';
import { MESSAGE_COLUMNS } from '../message-columns.ts';

/** Something that the projections have otherwise than they should. */
export interface Difference {
  /** What it is of, such as `message 019…`. */
  of: string;
  /** What they have; undefined where they have nothing. */
  stored: unknown;
  /** What follows from the owners; undefined where nothing does. */
  expected: unknown;
}

/** In which fields what is stored of a message differs from what its owner says; undefined = there is no such message. */
export function differencesOf(
  id: string,
  stored: Message | undefined,
  owned: Message | undefined,
): Difference[] {
  if (stored === undefined || owned === undefined) {
    const one = { of: `message ${id}`, stored: stored && 'a message', expected: owned && 'a message' };
    return stored === owned ? [] : [one];
  }
  return MESSAGE_COLUMNS.filter((field) => !isDeepStrictEqual(stored[field], owned[field])).map((field) => ({
    of: `message ${id}, ${field}`,
    stored: stored[field],
    expected: owned[field],
  }));
}

/** A difference in a line. */
export function describeDifference({ of, stored, expected }: Difference): string {
  return `${of}: ${say(stored)} instead of ${say(expected)}`;
}

function say(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
