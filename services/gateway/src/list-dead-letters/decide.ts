import { deadLetter, type DeadLetter } from '@parley/contracts/dead-letter';
import { shownMessageId } from '@parley/contracts/http/message-resource';
import { formatMessageId } from '@parley/contracts/ids';
import type { z } from 'zod';

/** A dead letter as clients see it. */
export const shownDeadLetter = deadLetter
  .extend({ message_id: shownMessageId.nullable() })
  .meta({ id: 'DeadLetter' });

/** Turns a dead letter into the resource that the API answers. */
export function deadLetterResource(letter: DeadLetter): z.infer<typeof shownDeadLetter> {
  return { ...letter, message_id: letter.message_id === null ? null : formatMessageId(letter.message_id) };
}
