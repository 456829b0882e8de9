import { writeFileSync } from 'node:fs';
import { DASHBOARDS } from './all.ts';
import { pathOf, textOf } from './file.ts';

// `npm run dashboards`: brings ops/grafana/dashboards up to date with what is described here.
for (const dashboard of DASHBOARDS) writeFileSync(pathOf(dashboard), textOf(dashboard));
