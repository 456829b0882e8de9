import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { newSpanId, parseTraceparent, recordSpan, spanIdOf, tracedContext } from '@parley/platform/tracing';

/** A message by what its trace is found. */
export interface TracedMessage {
  id: MessageId;
  trace_id?: string | null;
}

/** The span of a message's accept as `traceparent`, the cause of all that follows; undefined where nobody records it. */
export function acceptSpanOf({ id, trace_id }: TracedMessage): string | undefined {
  return tracedContext(trace_id, () => spanIdOf(id));
}

/** The spans of changes that are about to be committed, as `traceparent` by message: of those that are recorded. */
export function beginChanges(messages: readonly TracedMessage[]): Map<MessageId, string> {
  const spans = new Map<MessageId, string>();
  for (const { id, trace_id } of messages) {
    const span = tracedContext(trace_id, newSpanId);
    if (span !== undefined) spans.set(id, span);
  }
  return spans;
}

/** Records changes that are committed; `start` in epoch ms is when they were begun. */
export function recordChanges(
  messages: readonly Pick<Message, 'id' | 'status' | 'type' | 'provider'>[],
  spans: ReadonlyMap<MessageId, string>,
  start: number,
): void {
  if (spans.size === 0) return;
  for (const { id, status, type, provider } of messages) {
    const context = parseTraceparent(spans.get(id));
    if (context === null) continue;
    recordSpan({
      name: `message ${status}`,
      kind: 'internal',
      context,
      parent_id: spanIdOf(id),
      start,
      end: Date.now(),
      attributes: {
        'parley.message_id': id,
        'parley.type': type,
        ...(provider !== null && { 'parley.connection': provider }),
      },
    });
  }
}
