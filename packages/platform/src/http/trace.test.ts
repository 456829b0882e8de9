import { expect, test } from '@jest/globals';
import { tellSpansTo } from '../tracing/tracing.ts';
import { traceOf } from './trace.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const NONE = '0'.repeat(32);

test.each([
  ['a traceparent', `00-${ID}-${PARENT}-01`],
  ['a traceparent of a later version with more in it', `cc-${ID}-${PARENT}-01-what-the-future-will-be-like`],
])('%s gives its trace id', (_, header) => {
  expect(traceOf({ traceparent: header })).toMatchObject({ trace_id: ID, parent_id: PARENT });
});

test.each([
  ['no header', undefined],
  ['several headers', `00-${NONE}-${PARENT}-01, 00-${ID}-${PARENT}-01`],
  ['something else', 'hello'],
  ['a trace id in capitals', `00-${ID.toUpperCase()}-${PARENT}-01`],
  ['a trace id of zeros', `00-${NONE}-${PARENT}-01`],
  ['a parent id of zeros', `00-${ID}-${'0'.repeat(16)}-01`],
  ['the version that is not allowed', `ff-${ID}-${PARENT}-01`],
])('%s gives a new trace id', (_, header) => {
  const headers = header === undefined ? {} : { traceparent: header };
  const [one, other] = [traceOf(headers).trace_id, traceOf(headers).trace_id];
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect([ID, NONE, other]).not.toContain(one);
});

test('ids that were made up to be recorded are given up for ids of our own, which are recorded as seldom as others', () => {
  tellSpansTo(() => {}, 0.001);
  const made = `${'a'.repeat(24)}00000000`;
  const traces = Array.from({ length: 1_000 }, () => traceOf({ traceparent: `00-${made}-${PARENT}-01` }));
  tellSpansTo(null);
  const own = traces.filter(({ trace_id }) => trace_id !== made);
  expect(own.length).toBeGreaterThan(900);
  expect(own.filter(({ parent_id }) => parent_id !== undefined)).toEqual([]);
  expect(traces.filter(({ traceparent }) => traceparent !== undefined).length).toBeLessThan(100);
});
