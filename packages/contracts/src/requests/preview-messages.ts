import { z } from 'zod';
import { consentState } from '../consent.ts';
import type { RequestContract } from '../contract.ts';
import { accountId, connectionId } from '../ids.ts';
import { message } from '../message.ts';
import { MAX_RECIPIENTS, priority } from '../sending-choices.ts';
import { instant } from '../text.ts';

const previewItem = z.object({
  account_id: accountId,
  type: message.shape.type,
  from: z.string(),
  to: z.array(z.string()).min(1).max(MAX_RECIPIENTS),
  subject: z.string().nullable(),
  body: z.string().nullable(),
  send_at: instant.nullable(),
  priority,
  directory_version: z.int(),
});
export type PreviewItem = z.infer<typeof previewItem>;

/** What would become of a message if it were sent now. Nothing is stored. */
export const preview = z.object({
  type: message.shape.type,
  /** Normalised. */
  from: z.string(),
  to: z.array(z.string()),
  encoding: message.shape.encoding,
  segments: message.shape.segments,
  /** The characters, each once, because of which an SMS does not fit the GSM-7 alphabet. */
  ucs2_characters: z.array(z.string()),
  sender_allowed: z.boolean(),
  /** The word because of which it would be refused. */
  blocked_word: z.string().nullable(),
  /** What the latest consent of each recipient says; null = nothing is known. */
  consent: z.array(z.object({ to: z.string(), state: consentState.nullable() })),
  /** Users that chat would need and that are not there. */
  unknown_users: z.array(z.string()),
  /** Recipients of chat that would have to be friends of the sender and are not. */
  not_friends: z.array(z.string()),
  /** The connection that would be called; null = none. */
  connection: connectionId.nullable(),
  connection_reason: z.string(),
  /** How long it would wait for its turn, ms; null = nobody can say. */
  expected_wait_ms: z.int().nullable(),
});
export type Preview = z.infer<typeof preview>;

/** Say what would happen: answered by dispatcher. */
export const previewMessages: RequestContract<PreviewItem, Preview> = {
  subject: 'dispatcher.preview-messages',
  version: 1,
  item: previewItem,
  reply: preview,
};
