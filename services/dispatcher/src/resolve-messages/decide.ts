import type { Message } from '@parley/contracts/message';
import type { ResolveItem, Resolution } from '@parley/contracts/requests/change-messages';
import { newRound } from '../change-messages/new-round.ts';
import { conflict, type Judgement, type Move, type Standing } from '../change-messages/standing.ts';
import { OUTCOME_UNKNOWN } from '../send-message/decide.ts';

const FOUND: Record<Resolution, string> = {
  sent: 'it was sent',
  not_sent: 'it was not sent',
  retry: 'it is to be sent again, even if it was sent',
};

/**
 * Judges what a person found out about a message that is held because nobody knew whether it was sent. To find out the
 * same once more changes nothing.
 */
export function judgeResolve(standing: Standing, { outcome }: ResolveItem, now: number): Judgement {
  const { message } = standing;
  if (!isHeld(message) && isFound(standing, outcome)) return { outcome: 'stands' };
  if (!isHeld(message)) return conflict(`it is ${message.status} and not held`);
  return {
    outcome: 'move',
    move: { ...moveAfter(standing, outcome, now), resolved: { outcome, round: message.round } },
    note: {
      event: 'resolved',
      provider: message.provider,
      summary: `Somebody found out: ${FOUND[outcome]}.`,
      details: { outcome, round: message.round },
    },
  };
}

function isHeld({ status, status_reason }: Message): boolean {
  return status === 'sending' && status_reason === OUTCOME_UNKNOWN;
}

/** Whether that is what was found out about the round it is in, or what opened it. */
function isFound({ message, resolved }: Standing, outcome: Resolution): boolean {
  if (resolved?.outcome !== outcome) return false;
  return message.round === (outcome === 'retry' ? resolved.round + 1 : resolved.round);
}

function moveAfter(standing: Standing, outcome: Resolution, now: number): Move {
  switch (outcome) {
    case 'sent':
      return {
        status: 'sent',
        status_reason: null,
        sent_at: standing.unknown_at ?? new Date(now).toISOString(),
      };
    case 'not_sent':
      return { status: 'failed', status_reason: 'not_sent' };
    case 'retry':
      return newRound(standing, now);
  }
}
