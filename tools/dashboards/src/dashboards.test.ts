import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DASHBOARDS } from './all.ts';
import { readAlerts } from './alert-rules.ts';
import { queriesOf } from './dashboard.ts';
import { pathOf, textOf } from './file.ts';
import { describedMetrics } from './telemetry-table.ts';
import { readMetrics, usedMetrics } from './used-metrics.ts';

const described = describedMetrics();
const names = described.map(({ name }) => name);

describe.each(DASHBOARDS)('the dashboard $uid', (dashboard) => {
  test('is in its file as it is described: `npm run dashboards` writes it', () => {
    expect(readFileSync(pathOf(dashboard), 'utf8')).toBe(textOf(dashboard));
  });

  test('has no two panels of one name, and says of each what it shows', () => {
    const panels = dashboard.sections.flatMap((section) => section.panels);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    expect(panels.filter(({ description }) => description.length < 20)).toEqual([]);
  });
});

test('every file of a dashboard is one that is described', () => {
  const folder = dirname(pathOf(DASHBOARDS[0] ?? { uid: '', title: '', sections: [] }));
  expect(readdirSync(folder).toSorted()).toEqual(DASHBOARDS.map(({ uid }) => `${uid}.json`).toSorted());
});

test('the table of metrics tells which dashboards and alerts use them', () => {
  const dashboardsOf = (name: string) =>
    DASHBOARDS.filter((dashboard) =>
      queriesOf(dashboard).some(({ query }) => usedMetrics(query.expr, [name]).length > 0),
    ).map(({ uid }) => uid.replace('parley-', ''));
  const alertsOf = (name: string) =>
    readAlerts()
      .filter(({ expr }) => usedMetrics(expr, [name]).length > 0)
      .map((alert) => alert.name);
  expect(described.map(({ name, dashboards, alerts }) => ({ name, dashboards, alerts }))).toEqual(
    names.map((name) => ({ name, dashboards: dashboardsOf(name), alerts: alertsOf(name) })),
  );
});

describe('what is read', () => {
  /** What is not ours: what Prometheus itself says of a target, and what its client tells of a process. */
  const foreign = /^(?:up$|process_|nodejs_)/;
  const unknown = (expr: string): string[] =>
    readMetrics(expr).filter((word) => !foreign.test(word) && usedMetrics(word, names).length === 0);

  test.each(DASHBOARDS)('on the dashboard $uid is in the table of metrics', (dashboard) => {
    expect(queriesOf(dashboard).flatMap(({ query }) => unknown(query.expr))).toEqual([]);
  });

  test.each(readAlerts())('by the alert $name is in the table of metrics', ({ expr }) => {
    expect([readMetrics(expr).length > 0, unknown(expr)]).toEqual([true, []]);
  });

  test('is found in whatever an expression has besides', () => {
    const expr =
      'sum by (a, b) (rate(x_total{c="d", e=~"f.*"}[5m])) / on (g) group_left (h) y_sum > 0.05 and z_count offset 5m';
    expect(readMetrics(expr)).toEqual(['x_total', 'y_sum', 'z_count']);
    expect(unknown('rate(gone_total[5m]) > 1e3')).toEqual(['gone_total']);
  });
});

test('every metric is on a dashboard', () => {
  expect(described.filter(({ dashboards }) => dashboards.length === 0)).toEqual([]);
});
