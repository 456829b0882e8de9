import type { ConnectionId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import type { AccountDirectory } from '@parley/platform/directory';
import { chooseRoute, routesOf, type Route } from '../send-message/choose-route.ts';
import type { FastPath } from './fast-path.ts';
import type { Standings } from './standings.ts';

/** A message that was accepted just now and is to be sent at once. */
export type NewMessage = Pick<Message, 'account_id' | 'type' | 'from'> & { priority: Priority };

/** Where a new message goes. */
export type Placement =
  /** It waits to be sent, in the lane of its sender on this connection. */
  | { to: 'lane'; connection_id: ConnectionId }
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
    const mayPass =
      choice.isWell &&
      rate_per_second === null &&
      !standings.isPaused({ connection_id, sender: from }) &&
      (priority === 'high' || fastPath.admit(account_id, connection_id));
    return mayPass ? { to: 'provider', route } : { to: 'lane', connection_id };
  };
}
