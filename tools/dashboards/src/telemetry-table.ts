import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPS } from './file.ts';

/** A metric as docs/telemetry.md describes it. */
export interface Described {
  name: string;
  type: string;
  labels: string[];
  dashboards: string[];
  alerts: string[];
}

const ROW = /^\| `(\w+)` \| (\w+) \| (?:(.*?) )?\| .*? \| (?:(.*?) )?\| (?:(.*?) )?\|$/gm;

/** The metrics of the table in docs/telemetry.md. */
export function describedMetrics(): Described[] {
  const text = readFileSync(join(OPS, '..', 'docs', 'telemetry.md'), 'utf8');
  return [...text.matchAll(ROW)].map(([, name = '', type = '', labels = '', dashboards, alerts]) => ({
    name,
    type,
    // The first thing in code is the list of labels, what follows are their values.
    labels: listed(/`([^`]*)`/.exec(labels)?.[1]),
    dashboards: listed(dashboards),
    alerts: listed(alerts),
  }));
}

function listed(text: string | undefined): string[] {
  return (text ?? '').split(', ').filter((one) => one !== '');
}
