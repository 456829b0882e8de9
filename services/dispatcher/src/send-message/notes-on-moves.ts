import type { Note } from '../notes/add-notes.ts';
import type { Move, Wait } from './decide.ts';
import type { Finish } from './record-finishes.ts';

/** What a message's timeline says of where its call led, where nothing else tells it: that it waits, or is held. */
export function noteOnMove({ message, move }: Finish): Note | null {
  const about = { message_id: message.id, provider: message.provider };
  const { attempt_no, expires_at } = message;
  switch (move.status) {
    case 'queued':
      return {
        ...about,
        event: 'waiting',
        summary: `${reasonOf(move)}: waits ${untilWhen(move.wait)}`,
        details: { reason: move.status_reason, until: move.wait.until, attempt_no },
      };
    case 'sending':
      return {
        ...about,
        event: 'held',
        summary: `Nobody knows whether it was sent: held until a receipt or a person settles it, or until ${expires_at}`,
        details: { reason: move.status_reason, until: expires_at, attempt_no },
      };
    default:
      return null;
  }
}

function reasonOf({ status_reason }: Pick<Move, 'status_reason'>): string {
  switch (status_reason) {
    case 'throttled':
      return 'The provider asked to slow down';
    case 'provider_unavailable':
      return 'The provider did not take it';
    default:
      return 'Nobody knows whether it was sent';
  }
}

function untilWhen(wait: Wait): string {
  if (wait.for === 'lane') return `for its turn in its lane, which is paused until ${wait.until}`;
  return wait.until === null ? 'for another connection to take it' : `to be tried again at ${wait.until}`;
}
