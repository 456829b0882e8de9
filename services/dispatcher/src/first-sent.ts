/**
 * SQL for when the first call of a round began that may have sent its message, null when there is none, from the
 * expressions of the message's id and the round. That is when the message was sent, whichever call is heard of first.
 */
export function firstSent(messageId: string, round: string): string {
  return `(select min(began.started_at) from attempt began where began.message_id = ${messageId}
    and began.round = ${round} and began.outcome in ('unknown', 'accepted'))`;
}
