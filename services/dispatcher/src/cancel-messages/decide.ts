import type { CallCounts, Judgement, Standing } from '../change-messages/standing.ts';
import { OUTCOME_UNKNOWN } from '../send-message/decide.ts';

/**
 * Judges a request to cancel. Only what waits and surely was not sent can be canceled; what is canceled already stays
 * so.
 */
export function judgeCancel({ message, unknown_at, calls, resends }: Standing): Judgement {
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
      summary: `Canceled while it was ${status}${sayCalls(calls, resends > 0)}.`,
      details: { was: status, calls: calls.made },
    },
  };
}

/** Of this round nothing is in doubt; of earlier ones it may be. `again`: a provider is known to have had it. */
function sayCalls({ made, taken, unknown }: CallCounts, again: boolean): string {
  if (taken || again) return ', before it was sent again: a provider had taken it in an earlier round';
  if (unknown) return ', before it was sent again: nobody knows whether a call of an earlier round sent it';
  if (made === 0) return ', before any provider was called';
  return made === 1 ? ': its one call did not send it' : `: none of its ${made} calls sent it`;
}

function notCancelable(detail: string): Judgement {
  return { outcome: 'refused', code: 'not_cancelable', detail };
}
