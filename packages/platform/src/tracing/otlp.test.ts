import { afterEach, expect, jest, test } from '@jest/globals';
import { newSpanId, newTraceId } from './context.ts';
import { createExporter } from './otlp.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('where no collector is, spans are dropped without a word, and closing comes to its end', async () => {
  const said = [
    jest.spyOn(process.stdout, 'write').mockReturnValue(true),
    jest.spyOn(process.stderr, 'write').mockReturnValue(true),
    jest.spyOn(console, 'error').mockReturnValue(),
    jest.spyOn(console, 'warn').mockReturnValue(),
  ];
  const exporter = createExporter({ endpoint: 'http://127.0.0.1:1', service: 'test' });
  for (let span = 0; span < 5_000; span += 1) {
    const context = { trace_id: newTraceId(), span_id: newSpanId() };
    exporter.tell({ name: 'x', kind: 'internal', context, start: 0, end: 1 });
  }
  await expect(exporter.close()).resolves.toBeUndefined();
  expect(said.flatMap((spy) => spy.mock.calls)).toEqual([]);
});
