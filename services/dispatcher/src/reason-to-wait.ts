import type { Message } from '@parley/contracts/message';
import type { Directory } from '@parley/platform/directory';
import { routesOf } from './send-message/choose-route.ts';
import { OUTCOME_UNKNOWN } from './send-message/decide.ts';

/** The reason of a message that no connection of its account can send. */
export const NO_CONNECTION = 'no_connection';

/** Knows the connections of accounts. */
export type Connections = Pick<Directory, 'account'>;

/**
 * Why a message waits: the reason that was stored, unless its account has no connection any more that could send it. One
 * that may have been sent already waits for the connection that may have sent it, enabled or not. Throws `Unavailable`.
 */
export async function reasonToWait<Reason extends string | null>(
  { account_id, type }: Pick<Message, 'account_id' | 'type'>,
  stored: Reason,
  connections: Connections,
): Promise<Reason | typeof NO_CONNECTION> {
  if (stored === OUTCOME_UNKNOWN) return stored;
  return routesOf(await connections.account(account_id), type).length === 0 ? NO_CONNECTION : stored;
}
