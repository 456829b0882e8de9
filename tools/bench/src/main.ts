import { runTool } from '@parley/trial/run-tool';
import { bench } from './bench.ts';
import { followBench } from './follow/follow-bench.ts';
import { followTable } from './follow/table.ts';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';
import { isClean } from './report/result.ts';
import { table } from './report/table.ts';
import { searchBench } from './search/search-bench.ts';
import { searchTable } from './search/table.ts';
import { statsBench } from './stats/stats-bench.ts';
import { statsTable } from './stats/table.ts';

await runTool(async (args, around) => {
  const command = parseOptions(args);
  if (command.name === 'help') {
    console.log(HELP);
    return 0;
  }
  if (command.name === 'search') {
    const found = await searchBench(command.options, around);
    console.log(command.json ? JSON.stringify(found) : `\n${searchTable(found)}`);
    return 0;
  }
  if (command.name === 'stats') {
    const found = await statsBench(command.options, around);
    console.log(command.json ? JSON.stringify(found) : `\n${statsTable(found)}`);
    return 0;
  }
  if (command.name === 'follow') {
    const found = await followBench(command.options, around);
    console.log(command.json ? JSON.stringify(found) : `\n${followTable(found)}`);
    return 0;
  }
  const result = await bench(command.options, around);
  console.log(command.json ? JSON.stringify(result) : `\n${table(result)}`);
  return isClean(result) ? 0 : 1;
});
