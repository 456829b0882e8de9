import type { MessageStatus } from '@parley/contracts/message-status';
import type { ChangeItem } from '@parley/contracts/requests/change-messages';
import { newRound } from '../change-messages/new-round.ts';
import { conflict, type Judgement, type Standing } from '../change-messages/standing.ts';

/** Where a message can end without having been delivered. */
const ENDED: ReadonlySet<MessageStatus> = new Set(['failed', 'expired', 'undelivered', 'canceled']);

/** A request to send again; one of many at once names the time from which on that is done, an instant. */
export interface RedriveItem extends ChangeItem {
  release_at?: string;
}

/** Judges a request to send a message again that ended without having been delivered. */
export function judgeRedrive(standing: Standing, { release_at }: RedriveItem, now: number): Judgement {
  const { type, status, status_reason, round } = standing.message;
  if (type === 'chat') return conflict('a chat message is not sent through a provider');
  if (!ENDED.has(status))
    return conflict(`it is ${status}: only what ended without being delivered can be sent again`);
  // Of many at once it is found out when it is sent: refused, it would be the first of many each time again.
  if (standing.opted_out && release_at === undefined)
    return {
      outcome: 'refused',
      code: 'recipient_opted_out',
      detail: 'The recipient has opted out since; it was not sent again.',
    };
  const because = status_reason === null ? '' : ` (${status_reason})`;
  return {
    outcome: 'move',
    move: newRound(standing, release_at === undefined ? now : Math.max(now, Date.parse(release_at))),
    note: {
      event: 'redriven',
      provider: null,
      summary: `To be sent again, in round ${round + 1}: it was ${status}${because}.`,
      details: { round: round + 1, was: status, reason: status_reason },
    },
  };
}
