import type { DeadLetter } from '@parley/contracts/dead-letter';
import { formatMessageId } from '@parley/contracts/ids';

/** Turns a dead letter into the resource that the API answers. */
export function deadLetterResource(
  letter: DeadLetter,
): Omit<DeadLetter, 'message_id'> & { message_id: string | null } {
  return { ...letter, message_id: letter.message_id === null ? null : formatMessageId(letter.message_id) };
}
