import { z } from 'zod';
import type { NoticeContract } from '../contract.ts';
import { connectionId } from '../ids.ts';
import { instant } from '../text.ts';

/** Nothing is to be sent through a lane, or through all of a connection, for a while. Published by dispatcher. */
const lanePausedNotice = z.object({
  connection_id: connectionId,
  /** Whose lane; null = all lanes of the connection. */
  sender: z.string().nullable(),
  until: instant,
  reason: z.enum(['throttled', 'unavailable', 'breaker_open']),
});
export type LanePaused = z.infer<typeof lanePausedNotice>;

export const lanePaused: NoticeContract<LanePaused> = {
  subject: 'lane.paused',
  version: 1,
  notice: lanePausedNotice,
};
