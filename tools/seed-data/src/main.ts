// `npm run seed-data -- --messages N`: many messages for a running Parley.
import { runningOn } from '@parley/launcher/instance/instance-file';
import { whileAnswering } from '@parley/platform/db';
import { runTool } from '@parley/trial/run-tool';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';
import { seedData } from './seed-data.ts';

await runTool(async (args, around) => {
  const options = parseOptions(args);
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const { postgresUrl: url } = await runningOn(options.data);
  const at = { url, signal: around.signal };
  const made = await whileAnswering(at, () => seedData(options, { ...around, postgresUrl: url }));
  console.log(`${made} messages were made for account ${options.account_id}.`);
  return 0;
});
