// `npm run dashboards`: brings Grafana's files up to date with what is described here.
import { writeFileSync } from 'node:fs';
import { asksForHelp } from '@parley/launcher/cli/read-options';
import { runTool } from '@parley/trial/run-tool';
import { DASHBOARDS } from './all.ts';
import { pathOf, textOf } from './file.ts';

const HELP = `npm run dashboards

Writes ops/grafana/dashboards/*.json anew, from tools/dashboards/src/dashboards. To be run after a change there; a test
compares them.`;

await runTool(async (args) => {
  if (asksForHelp('npm run dashboards', args)) {
    console.log(HELP);
    return 0;
  }
  for (const dashboard of DASHBOARDS) {
    writeFileSync(pathOf(dashboard), textOf(dashboard));
    console.log(`${pathOf(dashboard)} is up to date.`);
  }
  return 0;
});
