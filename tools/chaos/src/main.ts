import { runTool } from '@parley/trial/run-tool';
import { chaos } from './chaos.ts';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';
import { show } from './show.ts';

await runTool(async (args, around) => {
  const command = parseOptions(args);
  if (command.name === 'help') {
    console.log(HELP);
    return 0;
  }
  const found = (outcome: Parameters<typeof show>[0]) => console.log(`\n${show(outcome)}\n`);
  return (await chaos(command.options, { ...around, found })) ? 0 : 1;
});
