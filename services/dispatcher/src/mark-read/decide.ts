import { conflict, type Judgement, type Standing } from '../change-messages/standing.ts';

/** Judges a request to mark a message as read: a chat message that its recipient has. */
export function judgeRead({ message }: Standing, _: unknown, now: number): Judgement {
  const { type, status } = message;
  if (type !== 'chat') return conflict('only chat messages and inbound messages can be marked as read');
  if (status === 'read') return { outcome: 'stands' };
  if (status !== 'sent' && status !== 'delivered') return conflict(`it is ${status}`);
  return {
    outcome: 'move',
    move: { status: 'read', status_reason: null, read_at: new Date(now).toISOString() },
    note: null,
  };
}
