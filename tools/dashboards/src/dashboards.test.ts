import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DASHBOARDS } from './all.ts';
import { readAlerts } from './alert-rules.ts';
import { queriesOf } from './dashboard.ts';
import { pathOf, textOf } from './file.ts';
import { describedMetrics } from './telemetry-table.ts';
import { usedMetrics } from './used-metrics.ts';

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

test('every metric is on a dashboard', () => {
  expect(described.filter(({ dashboards }) => dashboards.length === 0)).toEqual([]);
});
