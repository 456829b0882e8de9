// `npm run seed-data -- --messages N`: many messages for a running Parley.
import { dataLayout } from '@parley/launcher/data/layout';
import { readInstanceFile } from '@parley/launcher/instance/instance-file';
import { StartError } from '@parley/launcher/start-error';
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
  const running = await readInstanceFile(dataLayout(options.data).instance);
  if (running === null)
    throw new StartError(
      'bad_usage',
      `No Parley runs on ${options.data}; start one, or name its directory with --data.`,
    );
  const made = await seedData(options, { ...around, postgresUrl: running.postgresUrl });
  console.log(`${made} messages were made for account ${options.account_id}.`);
  return 0;
});
