import type { AccountId } from '@parley/contracts/ids';
import type { MessageFilter } from '@parley/contracts/requests/query-messages';
import { z } from 'zod';
import type { User } from '../create-user/store.ts';
import { wantedMessages, type WantedMessages } from '../list-messages/decide.ts';
import { readParameters, wholeNumber } from '../page-lists/parameters.ts';

const DAY_MS = 24 * 3_600_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 3_650;

/** What this list takes besides the parameters of every list of messages. */
export const parameters = z.object({ days: wholeNumber(MAX_DAYS).describe('How far back; default 30.') });

/**
 * Reads the query of a user's messages at `now` (epoch ms): theirs of the last days, whatever else is asked for.
 * Throws a `validation_failed` problem when it cannot be used.
 */
export function wantedUserMessages(
  user: Pick<User, 'id' | 'email' | 'phone'>,
  { account_id, query, now }: { account_id: AccountId; query: URLSearchParams; now: number },
): WantedMessages {
  const { days = DEFAULT_DAYS } = readParameters(parameters, query);
  const rest = new URLSearchParams(query);
  rest.delete('days');
  // A cursor goes with the days, not with the instant at which they are counted back.
  const wanted = wantedMessages(`users/${user.id}/messages/${days}`, account_id, rest);
  const addresses = [user.phone, user.email].filter((address) => address !== null);
  const since = new Date(now - days * DAY_MS).toISOString();
  return { ...wanted, filter: wanted.filter && within(wanted.filter, { id: user.id, addresses }, since) };
}

function within(
  filter: MessageFilter,
  user: NonNullable<MessageFilter['user']>,
  since: string,
): MessageFilter {
  return { ...filter, user, since: filter.since !== null && filter.since > since ? filter.since : since };
}
