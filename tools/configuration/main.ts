// `npm run configuration`: brings the tables of configuration up to date with the schemas.
import { readFile, writeFile } from 'node:fs/promises';
import { asksForHelp } from '@parley/launcher/cli/read-options';
import { runTool } from '@parley/trial/run-tool';
import { DOCUMENT, withTables } from './document.ts';

const HELP = `npm run configuration

Writes the tables of environment variables in docs/operations.md anew, from the schemas that the services check their
environment with. To be run after a change of such a schema; a test compares them.`;

await runTool(async (args) => {
  if (asksForHelp('npm run configuration', args)) {
    console.log(HELP);
    return 0;
  }
  await writeFile(DOCUMENT, await withTables(await readFile(DOCUMENT, 'utf8')));
  console.log(`${DOCUMENT} is up to date.`);
  return 0;
});
