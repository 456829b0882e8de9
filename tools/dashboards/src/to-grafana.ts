import type { Dashboard, Panel, Section } from './dashboard.ts';

const COLUMNS = 3;
/** Grafana's grid is so wide. */
const GRID_WIDTH = 24;
const HEIGHT = 8;
const DATASOURCE = { type: 'prometheus', uid: 'prometheus' };

interface Position {
  id: number;
  x: number;
  y: number;
}

/** A dashboard as Grafana reads it from a file. */
export function toGrafana({ uid, title, sections }: Dashboard): object {
  const panels: object[] = [];
  let y = 0;
  for (const section of sections) {
    panels.push(...sectionPanels(section, { id: panels.length + 1, y }));
    y += 1 + Math.ceil(section.panels.length / COLUMNS) * HEIGHT;
  }
  return {
    uid,
    title,
    tags: ['parley'],
    schemaVersion: 39,
    editable: false,
    timezone: 'browser',
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    links: [{ type: 'dashboards', title: 'Parley', tags: ['parley'], asDropdown: false, keepTime: true }],
    templating: { list: [] },
    annotations: { list: [] },
    panels,
  };
}

function sectionPanels({ title, panels }: Section, { id, y }: { id: number; y: number }): object[] {
  const width = GRID_WIDTH / COLUMNS;
  return [
    { id, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: GRID_WIDTH, h: 1 }, panels: [] },
    ...panels.map((panel, index) =>
      chart(panel, {
        id: id + 1 + index,
        x: (index % COLUMNS) * width,
        y: y + 1 + Math.floor(index / COLUMNS) * HEIGHT,
      }),
    ),
  ];
}

function chart({ title, description, unit, queries }: Panel, { id, x, y }: Position): object {
  return {
    id,
    type: 'timeseries',
    title,
    description,
    datasource: DATASOURCE,
    gridPos: { x, y, w: GRID_WIDTH / COLUMNS, h: HEIGHT },
    fieldConfig: {
      defaults: { unit, min: 0, custom: { fillOpacity: 10, lineWidth: 1, showPoints: 'never' } },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      range: true,
    })),
  };
}
