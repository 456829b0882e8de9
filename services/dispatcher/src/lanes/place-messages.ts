import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import type { AccountDirectory } from '@parley/platform/directory';
import { chooseRoute, routesOf, type Route } from '../send-message/choose-route.ts';
import type { FastPath } from './fast-path.ts';
import type { Lane, LanePlace, WaitReason } from './lane.ts';
import type { Standings } from './standings.ts';

/** A message that was accepted just now and is to be sent at once. */
export type NewMessage = Pick<Message, 'account_id' | 'type' | 'from'> & { priority: Priority };

/** Where a new message goes. */
export type Placement =
  /** It waits to be sent, in the lane of its sender on this connection. */
  | ({ to: 'lane' } & LanePlace)
  /** It can be sent at once, this way. */
  | { to: 'provider'; route: Route }
  /** Whoever takes it from the bus waits for a connection, or tries one that may be back. */
  | { to: 'bus' };

/** Places a new message, and counts those that do not wait in a lane. */
export type PlaceMessage = (message: NewMessage, account: AccountDirectory | null) => Placement;

export interface PlaceOptions {
  standings: Standings;
  fastPath: FastPath;
}

/** Makes the function that places new messages. */
export function createPlacing({ standings, fastPath }: PlaceOptions): PlaceMessage {
  return ({ account_id, type, from, priority }, account) => {
    const choice = chooseRoute(routesOf(account, type), null, standings.healthOf);
    if (choice === null || choice.toTry.length > 0) return { to: 'bus' };
    const { route } = choice;
    const { id: connection_id, rate_per_second } = route.connection;
    const reason = choice.isWell
      ? pauseOf({ connection_id, sender: from }, standings)
      : 'provider_unavailable';
    const mayPass =
      reason === null &&
      rate_per_second === null &&
      (priority === 'high' || fastPath.admit(account_id, connection_id));
    return mayPass ? { to: 'provider', route } : { to: 'lane', connection_id, reason };
  };
}

/** Why a lane of a connection that is well has to wait. */
function pauseOf(lane: Lane, standings: Standings): WaitReason {
  return standings.isPaused(lane) ? 'throttled' : null;
}
