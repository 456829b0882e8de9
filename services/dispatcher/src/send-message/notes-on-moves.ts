import type { Note } from '../notes/add-notes.ts';
import type { Move, Wait } from './decide.ts';
import type { Finish } from './record-finishes.ts';

/** What is noted of where a call led, where nothing else tells it: that the message waits, or is held. */
export function noteOnMove({ message, move }: Finish): Note | null {
  const about = { message_id: message.id, provider: message.provider };
  const { attempt_no, expires_at } = message;
  switch (move.status) {
    case 'queued': {
      const { until } = move.wait;
      if (until === null) return null;
      return {
        ...about,
        event: 'waiting',
        summary: `${reasonOf(move)}: waits ${forWhat(move.wait)} ${until}.`,
        details: { reason: move.status_reason, until, attempt_no },
      };
    }
    case 'sending':
      return {
        ...about,
        event: 'held',
        summary: `Nobody knows whether it was sent: held until a receipt or a person settles it, or until ${expires_at}.`,
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
    case 'rate_limited':
      return 'Its lane had no slot for it in time';
    case 'provider_unavailable':
      return 'The provider did not take it';
    default:
      return 'Nobody knows whether it was sent';
  }
}

function forWhat(wait: Wait): string {
  return wait.for === 'lane' ? 'for its turn in its lane, not before' : 'to be called for again at';
}
