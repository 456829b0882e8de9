import type { Judgement, Standing } from '../change-messages/standing.ts';
import { OUTCOME_UNKNOWN } from '../send-message/decide.ts';

/**
 * Judges a request to cancel. Only what waits and surely was not sent can be canceled; what is canceled already stays
 * so.
 */
export function judgeCancel({ message, unknown_at }: Standing): Judgement {
  const { status, status_reason } = message;
  if (status === 'canceled') return { outcome: 'stands' };
  const waits = status === 'scheduled' || status === 'queued';
  if (status_reason === OUTCOME_UNKNOWN || (waits && unknown_at !== null))
    return notCancelable('an earlier call may have sent it');
  if (!waits) return notCancelable(status === 'sending' ? 'it is being sent' : `it is ${status} already`);
  return {
    outcome: 'move',
    move: { status: 'canceled', status_reason: null },
    note: {
      event: 'canceled',
      provider: null,
      summary: `Canceled while it was ${status}, before any provider took it.`,
      details: { was: status },
    },
  };
}

function notCancelable(detail: string): Judgement {
  return { outcome: 'refused', code: 'not_cancelable', detail };
}
