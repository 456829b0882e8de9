import { join } from 'node:path';
import type { Dashboard } from './dashboard.ts';
import { toGrafana } from './to-grafana.ts';

/** What is mounted into Prometheus and Grafana. */
export const OPS = join(import.meta.dirname, '..', '..', '..', 'ops');

/** Where Grafana finds a dashboard. */
export function pathOf({ uid }: Dashboard): string {
  return join(OPS, 'grafana', 'dashboards', `${uid}.json`);
}

/** The whole file of a dashboard. */
export function textOf(dashboard: Dashboard): string {
  return `${JSON.stringify(toGrafana(dashboard), null, 2)}\n`;
}
