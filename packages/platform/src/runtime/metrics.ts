import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * A process's metrics. Asking twice for the same name gives the same metric, so a file may declare what it
 * counts where it counts it. Labels are few and closed; never an id or an address.
 */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  /** `buckets` default to seconds from 1 ms to 10 s. */
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** Everything in Prometheus' text format. */
  expose(): Promise<{ contentType: string; body: string }>;
}

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the registry of a process; `service` becomes a label of everything in it. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const base = (name: string, help: string, labels: readonly string[]) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  const counter = once((name, help, labels) => new Counter(base(name, help, labels)));
  const gauge = once((name, help, labels) => new Gauge(base(name, help, labels)));
  const histogram = once(
    (name, help, labels, buckets) => new Histogram({ ...base(name, help, labels), buckets: [...buckets] }),
  );
  return {
    counter: (name, help, labels = []) => counter(name, help, labels, []),
    gauge: (name, help, labels = []) => gauge(name, help, labels, []),
    histogram: (name, help, labels = [], buckets = LATENCY_SECONDS) => histogram(name, help, labels, buckets),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

type Make<T> = (name: string, help: string, labels: readonly string[], buckets: readonly number[]) => T;

function once<T>(make: Make<T>): Make<T> {
  const known = new Map<string, T>();
  return (name, help, labels, buckets) => {
    const existing = known.get(name);
    if (existing !== undefined) return existing;
    const made = make(name, help, labels, buckets);
    known.set(name, made);
    return made;
  };
}
