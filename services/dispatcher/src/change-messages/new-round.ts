import type { Move, Standing } from './standing.ts';

/**
 * The move of a message into its next round: it waits to be sent as it did in the first, with all its calls before it
 * and as long as it was valid then. The round begins now, or later: not before `from` (epoch ms) and not before its own
 * `send_at`.
 */
export function newRound({ message, round_from, resends }: Standing, from: number): Move {
  const { send_at, created_at, expires_at, round, status } = message;
  const began = Date.parse(round_from ?? later(send_at, created_at));
  const begins = send_at === null ? from : Math.max(from, Date.parse(send_at));
  return {
    status: begins > from ? 'scheduled' : 'queued',
    status_reason: null,
    round: round + 1,
    provider: null,
    provider_message_id: null,
    sent_at: null,
    resends: status === 'undelivered' ? resends + 1 : resends,
    round_from: new Date(begins).toISOString(),
    expires_at: new Date(begins + Date.parse(expires_at) - began).toISOString(),
  };
}

/** A `send_at` that was over when the message was accepted sent it at once. */
function later(sendAt: string | null, createdAt: string): string {
  return sendAt !== null && sendAt > createdAt ? sendAt : createdAt;
}
