import type { Move, Standing } from './standing.ts';

/**
 * The move of a message into its next round: it waits to be sent again, with all its calls and as long as it was valid
 * at first. The round begins now, or later: not before `from` (epoch ms) and not before its own `send_at`.
 */
export function newRound({ message, round_from }: Standing, from: number): Move {
  const { send_at, created_at, expires_at, round } = message;
  const began = Date.parse(round_from ?? later(send_at, created_at));
  const begins = send_at === null ? from : Math.max(from, Date.parse(send_at));
  return {
    status: begins > from ? 'scheduled' : 'queued',
    status_reason: null,
    round: round + 1,
    round_from: new Date(begins).toISOString(),
    expires_at: new Date(begins + Date.parse(expires_at) - began).toISOString(),
  };
}

/** A `send_at` that was over when the message was accepted sent it at once. */
function later(sendAt: string | null, createdAt: string): string {
  return sendAt !== null && sendAt > createdAt ? sendAt : createdAt;
}
