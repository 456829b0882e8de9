import type { AccountId } from '@parley/contracts/ids';
import { direction, messageType } from '@parley/contracts/message-type';
import type { StatsQuery } from '@parley/contracts/requests/query-stats';
import { time } from '@parley/contracts/text';
import { z } from 'zod';
import { readParameters, wholeNumber } from '../page-lists/parameters.ts';
import { invalid } from '../read-fields.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_DAYS = 3_650;
const DEFAULT_TOP = 10;
const LAST_INSTANT = '9999-12-31T23:59:59.999Z';
const MAX_TOP = 100;

/** What statistics can be asked about. */
export const parameters = z.strictObject({
  since: time.optional().describe('Messages of this time or later.'),
  until: time.optional().describe('Messages of this time or earlier.'),
  days: wholeNumber(MAX_DAYS).describe('The last days, to now; not together with since or until.'),
  top: wholeNumber(MAX_TOP).describe('How many of the busiest senders; default 10.'),
  direction: direction.optional(),
  type: messageType.optional(),
});

/** Reads the query at `now` (epoch ms); throws a `validation_failed` problem when it cannot be used. */
export function wantedStats(
  account_id: AccountId,
  { query, now }: { query: URLSearchParams; now: number },
): StatsQuery {
  const { days, since, until, ...wanted } = readParameters(parameters, query);
  if (days !== undefined && (since !== undefined || until !== undefined))
    throw invalid([{ pointer: '#/days', detail: 'cannot be combined with since or until' }]);
  return {
    account_id,
    since: days === undefined ? (since ?? null) : new Date(now - days * DAY_MS).toISOString(),
    until: until === undefined ? null : momentAfter(until),
    direction: wanted.direction ?? null,
    type: wanted.type ?? null,
    top: wanted.top ?? DEFAULT_TOP,
  };
}

/** Where a period ends that this instant is the last of; null, for ever, after the last that there is. */
function momentAfter(instant: string): string | null {
  return instant >= LAST_INSTANT ? null : new Date(Date.parse(instant) + 1).toISOString();
}
