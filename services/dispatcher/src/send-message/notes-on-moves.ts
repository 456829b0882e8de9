import { noteOnEnd } from '../notes/note-on-end.ts';
import type { Note } from '../notes/add-notes.ts';
import type { Wait } from './decide.ts';
import { OUTCOME_UNKNOWN } from './decide.ts';
import type { Finish } from './record-finishes.ts';

/**
 * What is noted of the end of an attempt, where nothing else tells it: that the provider was asked before the call, and
 * that the message waits, is held or ended badly. As of when that was judged: what settles it comes later.
 */
export function notesOnFinish(finish: Finish): Note[] {
  return [...notesOfLookup(finish), ...notesOfMove(finish)];
}

/** Whether a note tells what a provider said, which stays true whatever becomes of the message. */
export function isOfLookup({ event }: Note): boolean {
  return event === 'lookup';
}

function notesOfLookup({ message: { id, provider }, call }: Finish): Note[] {
  if (call?.asked_at === undefined) return [];
  const summary = `${provider} was asked what it had taken: none of the calls before.`;
  return [
    {
      message_id: id,
      at: call.asked_at,
      event: 'lookup',
      provider,
      summary,
      details: { finding: 'not_found' },
    },
  ];
}

function notesOfMove(finish: Finish): Note[] {
  const { message, move, call, putBack } = finish;
  const judged = call?.finished_at ?? putBack?.at;
  const when = judged === undefined ? {} : { at: judged };
  const about = { message_id: message.id, provider: message.provider, ...when };
  const { status_reason: reason } = move;
  switch (move.status) {
    case 'queued': {
      const { until } = move.wait;
      if (until === null) return [];
      const summary = `${sayWhy(finish)}: waits ${forWhat(move.wait, judged)}.`;
      const details = { reason: putBack?.reason ?? reason, until, call: call !== null };
      return [{ ...about, event: 'waiting', summary, details }];
    }
    case 'sending': {
      const { expires_at: until } = message;
      const summary = `Nobody knows whether it was sent: held until a receipt or a person settles it, or until ${until}.`;
      return [{ ...about, event: 'held', summary, details: { reason, until } }];
    }
    case 'failed':
    case 'expired':
      return noteOnEnd({
        ...move,
        ...about,
        id: message.id,
        provider: call === null ? null : message.provider,
      });
    case 'sent':
      return [];
  }
}

function sayWhy({ call, move, putBack, message: { provider } }: Finish): string {
  if (call === null) return `${sayNoCall(putBack?.reason, provider)}: no call was made`;
  const unclear = move.status_reason === OUTCOME_UNKNOWN ? ', and perhaps an earlier call sent it' : '';
  switch (call.outcome.kind) {
    case 'throttled':
      return `The provider asked to slow down${unclear}`;
    case 'unavailable':
      return call.by === 'nothing'
        ? `${provider} is gone${unclear}`
        : `The provider did not take it${unclear}`;
    default:
      return 'Nobody knows whether it was sent';
  }
}

function sayNoCall(reason: string | undefined, provider: string): string {
  switch (reason) {
    case 'rate_limited':
      return 'Its lane had no slot for it in time';
    case 'throttled':
      return `Its lane at ${provider} is paused`;
    case 'provider_unavailable':
      return `${provider} is paused or failed too often`;
    default:
      return 'It was put back';
  }
}

function forWhat({ for: what, until }: Wait, judged: string | undefined): string {
  const isLater = until !== null && (judged === undefined || until > judged);
  if (what === 'lane') return `for its turn in its lane${isLater ? `, not before ${until}` : ''}`;
  return `to be called for again${isLater ? ` at ${until}` : ''}`;
}
