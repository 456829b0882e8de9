import { formatTraceparent, newSpanId, parseTraceparent } from './context.ts';
import { recordSpan, type SpanKind } from './tracing.ts';

/** An item of a request, carried on under a span of its own. */
interface Traced<Item> {
  item: Item;
  /** Records the span; with why it failed, if it did. */
  end(failure?: string): void;
}

/**
 * Begins a span for an item that names the span it is part of, and puts its own in that place. Almost none does: only
 * those of sampled traces.
 */
export function traceItem<Item>(name: string, kind: SpanKind, item: Item): Traced<Item> | null {
  const parent = contextIn(item);
  if (parent === null) return null;
  const context = { trace_id: parent.trace_id, span_id: newSpanId() };
  const start = Date.now();
  return {
    item: { ...item, traceparent: formatTraceparent(context, true) },
    end: (failure) =>
      recordSpan({ name, kind, context, parent_id: parent.span_id, start, end: Date.now(), failure }),
  };
}

/** Carries out a request for one item under a span, if it is traced. */
export function askTraced<Item, Reply>(
  name: string,
  item: Item,
  ask: (item: Item) => Promise<Reply>,
): Promise<Reply> {
  return isTraced(item)
    ? underSpans({ name, kind: 'client', items: [item] }, ([one = item]) => ask(one))
    : ask(item);
}

/** Carries out a request for items, those that are traced under a span each. */
export function askAllTraced<Item, Reply>(
  name: string,
  items: readonly Item[],
  ask: (items: readonly Item[]) => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  return underSpans({ name, kind: 'client', items }, ask);
}

/** Does something with items, those that are traced under a span each that fails if it throws. */
export async function underSpans<Item, Result>(
  { name, kind, items }: { name: string; kind: SpanKind; items: readonly Item[] },
  work: (items: readonly Item[]) => Promise<Result>,
): Promise<Result> {
  if (!items.some(isTraced)) return work(items);
  const traced = items.map((item) => traceItem(name, kind, item));
  const end = (failure?: string): void => traced.forEach((one) => one?.end(failure));
  try {
    const result = await work(items.map((item, index) => traced[index]?.item ?? item));
    end();
    return result;
  } catch (error) {
    end(error instanceof Error ? error.name : 'error');
    throw error;
  }
}

function isTraced(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'traceparent' in item && item.traceparent !== undefined;
}

function contextIn(item: unknown) {
  return typeof item === 'object' && item !== null && 'traceparent' in item
    ? parseTraceparent(item.traceparent)
    : null;
}
