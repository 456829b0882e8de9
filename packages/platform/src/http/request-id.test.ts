import { expect, test } from '@jest/globals';
import { requestIdOf } from './request-id.ts';
import { traceOf } from './trace.ts';

const begun = traceOf({});
const carriedOn = traceOf({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });

test('a request is called as its caller calls it, if that is a UUID', () => {
  const id = '0193a5f0-7b1c-7000-8123-456789abcdef';
  expect(requestIdOf(id, begun)).toBe(id);
});

test.each([['+15550100101'], ['ann@mail.example'], ['parley_live_abc'], ['']])(
  'what else a caller says is not taken: %s',
  (header) => {
    expect(requestIdOf(header, begun)).toBe(begun.trace_id);
  },
);

test('two requests of one trace have two names', () => {
  const [one, other] = [requestIdOf(undefined, carriedOn), requestIdOf(undefined, carriedOn)];
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect([other, carriedOn.trace_id]).not.toContain(one);
});
