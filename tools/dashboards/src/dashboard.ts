/** What one line or set of lines of a panel shows. */
export interface Query {
  /** PromQL; `$__rate_interval` is the shortest window that holds several scrapes. */
  expr: string;
  /** `{{label}}` stands for the label's value. */
  legend: string;
}

/** How values are written: as Grafana calls its units. */
export type Unit = 'short' | 'reqps' | 's' | 'bytes' | 'percentunit' | 'none';

/** One chart. */
export interface Panel {
  title: string;
  /** What it shows and what to make of it, for whoever looks at it at night. */
  description: string;
  unit: Unit;
  queries: readonly Query[];
}

/** Panels under one heading, in rows of three. */
export interface Section {
  title: string;
  panels: readonly Panel[];
}

/** One dashboard. */
export interface Dashboard {
  /** Part of its address; never changed. */
  uid: string;
  title: string;
  sections: readonly Section[];
}

/** Every query of a dashboard with the panel that it is in. */
export function queriesOf({ sections }: Dashboard): { panel: Panel; query: Query }[] {
  return sections.flatMap(({ panels }) =>
    panels.flatMap((panel) => panel.queries.map((query) => ({ panel, query }))),
  );
}

/** The rate of a counter, summed by these labels. */
export function rate(metric: string, by: readonly string[] = [], where = ''): string {
  return `${sum(by)} (rate(${metric}${where}[$__rate_interval]))`;
}

/** What happens so rarely that there may be nothing to show: then it is 0. */
export function rarely(expr: string): string {
  return `${expr} or on() vector(0)`;
}

/** A quantile of a histogram of seconds, by these labels. */
export function quantile(
  q: number,
  histogram: string,
  { by = [], where = '' }: { by?: readonly string[]; where?: string } = {},
): string {
  return `histogram_quantile(${q}, ${rate(`${histogram}_bucket`, ['le', ...by], where)})`;
}

function sum(by: readonly string[]): string {
  return by.length === 0 ? 'sum' : `sum by (${by.join(', ')})`;
}
