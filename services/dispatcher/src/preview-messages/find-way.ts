import type { MessageType } from '@parley/contracts/message-type';
import type { AccountDirectory, Connection } from '@parley/platform/directory';
import type { Standings } from '../lanes/standings.ts';
import { chooseRoute, routesOf } from '../send-message/choose-route.ts';

/** Which way a message would go. */
export interface Way {
  connection: Connection | null;
  /** Why this connection, or why none, in words. */
  reason: string;
}

/** The connection that would be called for a message of this type, and why. */
export function findWay(
  account: AccountDirectory | null,
  type: MessageType,
  healthOf: Standings['healthOf'],
): Way {
  if (type === 'chat') return { connection: null, reason: 'chat needs no connection' };
  const routes = routesOf(account, type);
  const choice = chooseRoute(routes, null, healthOf);
  if (choice === null)
    return { connection: null, reason: `the account has no connection that can send ${type}` };
  const { connection } = choice.route;
  const first = `it comes first among the connections that can send ${type}`;
  if (!choice.isWell) return { connection, reason: `${first}, and none of them is working now` };
  return { connection, reason: choice.route === routes[0] ? first : `${first} and are working now` };
}
