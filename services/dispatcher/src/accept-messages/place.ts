import type { MessageId } from '@parley/contracts/ids';
import type { Directory } from '@parley/platform/directory';
import type { LanePlace } from '../lanes/lane.ts';
import type { Lanes } from '../lanes/lanes.ts';
import type { FirstCall, FirstCalls } from '../send-message/first-calls.ts';
import type { Acceptance } from './decide.ts';

export interface PlaceOptions {
  directory: Pick<Directory, 'account'>;
  lanes: Pick<Lanes, 'place'>;
  firstCalls: Pick<FirstCalls, 'reserve'>;
}

/** Where the messages of a batch are to go; the rest goes to the bus. */
export interface Places {
  /** The lanes in which they wait. */
  lanes: Map<MessageId, LanePlace>;
  /** The room that is taken for their calls: whoever asked for it begins the call, or gives it back. */
  calls: Map<MessageId, FirstCall>;
}

/** Finds the places of what was accepted. Throws `Unavailable`, and then no room is taken. */
export async function placeMessages(
  acceptances: readonly Acceptance[],
  { directory, lanes, firstCalls }: PlaceOptions,
): Promise<Places> {
  const ids = [...new Set(acceptances.map(({ account_id }) => account_id))];
  const accounts = new Map(
    await Promise.all(ids.map(async (id) => [id, await directory.account(id)] as const)),
  );
  const places: Places = { lanes: new Map(), calls: new Map() };
  for (const { account_id, messages, choices } of acceptances) {
    const account = accounts.get(account_id) ?? null;
    for (const { id, type, from, status, expires_at } of messages) {
      if (status !== 'queued') continue;
      const placement = lanes.place({ account_id, type, from, ...choices }, account);
      if (placement.to === 'lane') places.lanes.set(id, placement);
      if (placement.to !== 'provider') continue;
      const call = firstCalls.reserve(placement.route, { ...choices, expires_at });
      if (call !== null) places.calls.set(id, call);
    }
  }
  return places;
}
