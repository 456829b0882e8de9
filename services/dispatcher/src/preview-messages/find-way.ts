import type { MessageType } from '@parley/contracts/message-type';
import type { AccountDirectory, Connection } from '@parley/platform/directory';
import { chooseRoute } from '../send-message/choose-route.ts';

/** Which way a message would go. */
export interface Way {
  connection: Connection | null;
  /** Why this connection, or why none, in words. */
  reason: string;
}

/** The connection that would be called for a message of this type, and why. */
export function findWay(account: AccountDirectory | null, type: MessageType): Way {
  if (type === 'chat') return { connection: null, reason: 'chat needs no connection' };
  const connection = chooseRoute(account, type)?.connection ?? null;
  if (connection === null)
    return { connection, reason: `the account has no connection that can send ${type}` };
  return { connection, reason: `it comes first among the connections that can send ${type}` };
}
