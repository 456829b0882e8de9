import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { connectionId } from '../ids.ts';
import { instant } from '../text.ts';

/** How a connection is doing: `open` = too many calls failed, `half_open` = single calls try whether it is back. */
export const breakerState = z.enum(['closed', 'open', 'half_open']);
export type BreakerState = z.infer<typeof breakerState>;

export const connectionHealth = z.object({
  connection_id: connectionId,
  breaker: breakerState,
  /** Nothing is sent through it before; null = it is not paused. */
  paused_until: instant.nullable(),
  /** Why it is paused or open; null = it is not. */
  reason: z.string().nullable(),
  /** Messages that wait for their turn on it, counted up to 10,000. */
  waiting: z.int(),
});
export type ConnectionHealth = z.infer<typeof connectionHealth>;

const queryItem = z.object({ connection_id: connectionId });

/** How connections are doing: answered by dispatcher, for any id. */
export const queryConnections: RequestContract<z.infer<typeof queryItem>, ConnectionHealth> = {
  subject: 'dispatcher.query-connections',
  version: 1,
  item: queryItem,
  reply: connectionHealth,
};
