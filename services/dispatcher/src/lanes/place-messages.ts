import type { ConnectionId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import type { AccountDirectory } from '@parley/platform/directory';
import { chooseRoute, routesOf } from '../send-message/choose-route.ts';
import type { FastPath } from './fast-path.ts';
import type { Standings } from './standings.ts';

/** A message that was accepted just now and is to be sent at once. */
export type NewMessage = Pick<Message, 'account_id' | 'type' | 'from'> & { priority: Priority };

/**
 * Where a new message waits to be sent: in the lane of its sender on this connection, or, with null, on the bus, which
 * is for what can be sent at once. Counts what it gives to the bus.
 */
export type PlaceMessage = (message: NewMessage, account: AccountDirectory | null) => ConnectionId | null;

export interface PlaceOptions {
  standings: Standings;
  fastPath: FastPath;
}

/** Makes the function that places new messages. */
export function createPlacing({ standings, fastPath }: PlaceOptions): PlaceMessage {
  return ({ account_id, type, from, priority }, account) => {
    const choice = chooseRoute(routesOf(account, type), null, standings.healthOf);
    // Whoever takes it from the bus keeps it until there is a connection, or tries one that may be back.
    if (choice === null || choice.toTry.length > 0) return null;
    const { id: connection_id, rate_per_second } = choice.route.connection;
    if (!choice.isWell || rate_per_second !== null) return connection_id;
    if (standings.isPaused({ connection_id, sender: from })) return connection_id;
    return priority === 'high' || fastPath.admit(account_id, connection_id) ? null : connection_id;
  };
}
