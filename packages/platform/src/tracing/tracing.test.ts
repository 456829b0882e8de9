import { afterEach, describe, expect, test } from '@jest/globals';
import { factsTexts, workText } from '../bus/payloads.ts';
import { newSpanId, newTraceId, parseTraceparent, spanIdOf } from './context.ts';
import { underSpans } from './traced-items.ts';
import { causesOf, recordBusSpans } from './traced-payload.ts';
import { isSampled, mayBeNamed, recordSpan, tellSpansTo, tracedContext, type Span } from './tracing.ts';
import { z } from 'zod';

afterEach(() => tellSpansTo(null));

function recording(ratio: number): Span[] {
  const spans: Span[] = [];
  tellSpansTo((span) => spans.push(span), ratio);
  return spans;
}

const aSpan = (overrides: Partial<Span> = {}): Span => ({
  name: 'x',
  kind: 'internal',
  context: { trace_id: newTraceId(), span_id: newSpanId() },
  start: 0,
  end: 1,
  ...overrides,
});

describe('sampling', () => {
  test('takes about the part of all traces that was asked for, by the trace id alone', () => {
    recording(0.1);
    const ids = Array.from({ length: 20_000 }, newTraceId);
    const taken = ids.filter(isSampled);
    expect(taken.length).toBeGreaterThan(1_700);
    expect(taken.length).toBeLessThan(2_300);
    expect(ids.filter(isSampled)).toEqual(taken);
  });

  test('takes nothing while tracing is off, and where there is no trace', () => {
    expect(isSampled(newTraceId())).toBe(false);
    recording(1);
    expect([isSampled(newTraceId()), isSampled(null), isSampled(undefined)]).toEqual([true, false, false]);
  });

  test('leaves out no failure, up to so many a second', () => {
    const spans = recording(0);
    recordSpan(aSpan());
    recordSpan(aSpan({ failure: 'unknown' }));
    expect(spans).toMatchObject([{ failure: 'unknown' }]);
    for (let more = 0; more < 1_000; more += 1) recordSpan(aSpan({ failure: 'unknown' }));
    expect(spans.length).toBeLessThanOrEqual(100);
  });
});

describe('a trace that a caller names', () => {
  const SAMPLED = `${'a'.repeat(24)}00000000`;
  const named = (ids: readonly string[]): number =>
    ids.filter((id) => isSampled(id) && mayBeNamed(id)).length;

  test('is gone on with, whoever named it, as long as its ids are as chance has them', () => {
    for (const ratio of [0.01, 0.5, 1]) {
      recording(ratio);
      const ids = Array.from({ length: 20_000 }, newTraceId);
      expect(ids.filter((id) => !mayBeNamed(id))).toEqual([]);
    }
  });

  test('is not where its ids are made up to be recorded: few of those are', () => {
    recording(0.01);
    expect(named(Array.from({ length: 10_000 }, () => SAMPLED))).toBeLessThan(300);
    expect(mayBeNamed(newTraceId().replace(/.{8}$/, 'ffffffff'))).toBe(true);
  });

  test('is gone on with whatever it is where nothing is recorded', () => {
    expect(Array.from({ length: 100 }, () => mayBeNamed(SAMPLED)).every(Boolean)).toBe(true);
  });
});

test('a thing with a UUID gives the span of its beginning an id that anybody can tell', () => {
  expect(spanIdOf('0193a5f0-7b1c-7000-8123-456789abcdef')).toBe('8123456789abcdef');
});

describe('a bus message', () => {
  const contract = { subject: 's', version: 1, fact: z.object({ n: z.int() }) };
  const work = { subject: () => 's', version: 1, work: z.object({ message_id: z.string() }) };
  const one = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const cause = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };

  test('names the spans that caused it, as far as they are traced', () => {
    const [facts = ''] = factsTexts(contract, [{ n: 1 }, { n: 2 }], ({ n }) => (n === 2 ? one : undefined));
    expect(JSON.parse(facts)).toEqual({ v: 1, traces: [one], facts: [{ n: 1 }, { n: 2 }] });
    expect([causesOf(facts), causesOf(workText(work, { message_id: 'm' }, one))]).toEqual([[cause], [cause]]);
    expect(causesOf(workText(work, { message_id: 'm' }))).toEqual([]);
  });

  test('is not believed when what it carries only looks like that', () => {
    const forged = { note: `"traces":["${one}"],` };
    expect(causesOf(JSON.stringify({ v: 1, facts: [forged] }))).toEqual([]);
  });

  test('that is taken is a part of each trace that caused it, and linked to it', () => {
    const spans = recording(1);
    recordBusSpans(workText(work, { message_id: 'm' }, one), {
      name: 'process d',
      kind: 'consumer',
      start: 5,
    });
    expect(spans).toMatchObject([{ parent_id: cause.span_id, links: [cause], start: 5 }]);
  });
});

describe('the items of a request', () => {
  test('are carried on under spans of their own where they are traced, untouched where not', async () => {
    const spans = recording(1);
    const traceparent = tracedContext(newTraceId(), newSpanId);
    const items = [{ n: 1 }, { n: 2, traceparent }];
    const seen = await underSpans({ name: 'ask', kind: 'client', items }, async (some) => some);
    expect(seen[0]).toBe(items[0]);
    expect(spans).toHaveLength(1);
    expect(spans[0]?.parent_id).toBe(parseTraceparent(traceparent)?.span_id);
    expect(parseTraceparent((seen[1] ?? {}).traceparent)).toEqual(spans[0]?.context);
  });

  test('fail with what carries them out', async () => {
    const spans = recording(1);
    const items = [{ traceparent: tracedContext(newTraceId(), newSpanId) }];
    const failing = underSpans({ name: 'ask', kind: 'client', items }, () => Promise.reject(new TypeError()));
    await expect(failing).rejects.toThrow(TypeError);
    expect(spans).toMatchObject([{ failure: 'TypeError' }]);
  });
});
