import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { MessageStatus } from '@parley/contracts/message-status';
import { OPTED_OUT } from '../send-message/decide.ts';
import { WAITING_FOR_TURN } from '../waiting-for-turn.ts';
import type { Note } from './add-notes.ts';

/** A message as it ended. */
export interface Ended {
  id: MessageId;
  status: MessageStatus;
  status_reason: string | null;
  provider: ConnectionId | null;
  /** When that was judged; left out: now. */
  at?: string;
}

const REASONS: Readonly<Record<string, string>> = {
  not_sent: 'somebody found out that it was not sent',
  no_connection: 'no connection could send it',
  outcome_unknown: 'nobody found out in time whether it was sent',
  provider_unavailable: 'the provider did not take it in any of its attempts',
  [OPTED_OUT]: 'the recipient does not want any more messages',
  throttled: 'the provider had too many messages',
  rate_limited: 'its lane had no slot for it in time',
  [WAITING_FOR_TURN]: 'its turn did not come in time',
};

/** Of a message that expired: it may not have been tried at all. */
const PROVIDER_AWAY = 'the provider was not available';

/** That a message failed or expired, also when a receipt raises it afterwards; nothing of one that did not. */
export function noteOnEnd({ id, status, status_reason: reason, provider, at }: Ended): Note[] {
  if (status !== 'failed' && status !== 'expired') return [];
  const why =
    status === 'expired' && reason === 'provider_unavailable' ? PROVIDER_AWAY : REASONS[reason ?? ''];
  const because = reason === null ? '' : `: ${why ?? reason}`;
  const summary =
    status === 'failed' ? `It failed${because}.` : `Its time was over before it could be sent${because}.`;
  const event = reason === OPTED_OUT ? 'refused_to_send' : status;
  const when = at === undefined ? {} : { at };
  return [{ message_id: id, event, provider, summary, details: { reason }, ...when }];
}
