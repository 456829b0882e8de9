import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import { parseTraceparent, recordSpan, spanIdOf } from '@parley/platform/tracing';

/**
 * Records the accept of each message of the requests that are traced, begun at `start`, epoch ms. All that follows
 * knows this span by the message's id.
 */
export function recordAccepts(
  items: readonly AcceptItem[],
  replies: readonly AcceptReply[],
  start: number,
): void {
  for (const [index, { traceparent, type }] of items.entries()) {
    const parent = traceparent === undefined ? null : parseTraceparent(traceparent);
    const reply = replies[index];
    if (parent === null || reply?.outcome !== 'accepted' || reply.replayed) continue;
    for (const { id } of reply.messages)
      recordSpan({
        name: 'message accepted',
        kind: 'internal',
        context: { trace_id: parent.trace_id, span_id: spanIdOf(id) },
        parent_id: parent.span_id,
        start,
        end: Date.now(),
        attributes: { 'parley.message_id': id, 'parley.type': type },
      });
  }
}
