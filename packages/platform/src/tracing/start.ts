import type { Part } from '../runtime/part.ts';
import { tellSpansTo } from './tracing.ts';

export interface TracingOptions {
  /** OTLP/HTTP endpoint of a collector. */
  endpoint: string;
  /** Which part of all traces is recorded, 0 to 1. */
  ratio: number;
  service: string;
}

/** The part that records spans from its start to its stop. Nothing of it is loaded where tracing is off. */
export function tracing({ endpoint, ratio, service }: TracingOptions): Part {
  let close = async (): Promise<void> => {};
  return {
    name: 'tracing',
    start: async () => {
      const { createExporter } = await import('./otlp.ts');
      const exporter = createExporter({ endpoint, service });
      close = exporter.close;
      tellSpansTo(exporter.tell, ratio);
    },
    stop: async () => {
      tellSpansTo(null);
      await close();
    },
  };
}
