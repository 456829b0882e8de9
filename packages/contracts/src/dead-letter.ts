import { z } from 'zod';
import { connectionId, messageId } from './ids.ts';
import { instant } from './text.ts';

/**
 * What can end as a dead letter. `message`: it failed or expired. `orphan_receipt`: nobody knows its message. `fact`,
 * `work`: a bus message that could not be handled.
 */
export const deadLetterKind = z.enum(['message', 'orphan_receipt', 'fact', 'work']);
export type DeadLetterKind = z.infer<typeof deadLetterKind>;

/** Something that could not be handled, kept with its evidence. */
export const deadLetter = z.object({
  id: z.uuid(),
  kind: deadLetterKind,
  reason: z.string(),
  attempts: z.int(),
  first_seen_at: instant,
  last_seen_at: instant,
  connection: connectionId.nullable(),
  provider_message_id: z.string().nullable(),
  message_id: messageId.nullable(),
});
export type DeadLetter = z.infer<typeof deadLetter>;
