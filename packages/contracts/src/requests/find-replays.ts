import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { message } from '../message.ts';
import { idempotency } from './accept-messages.ts';

const replayItem = message.pick({ account_id: true, trace_id: true }).extend({ idempotency });
export type ReplayItem = z.infer<typeof replayItem>;

/** What an earlier request was answered with; null = no request with this key and fingerprint was accepted. */
const replay = z.object({ messages: z.array(message).min(1) }).nullable();
export type Replay = z.infer<typeof replay>;

/**
 * Find out whether a request that cannot be accepted as things are now repeats one that was: answered by dispatcher,
 * which notes the repetition.
 */
export const findReplays: RequestContract<ReplayItem, Replay> = {
  subject: 'dispatcher.find-replays',
  version: 1,
  item: replayItem,
  reply: replay,
};
