import { dataLayout } from '@parley/launcher/data/layout';
import { endpointOf, readInstanceFile } from '@parley/launcher/instance/instance-file';
import { DEFAULT_DATA } from '@parley/launcher/repository';
import { fromTyped, startOwnInstance } from '@parley/trial/own-instance';
import { runTool } from '@parley/trial/run-tool';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';
import { talkTo } from './parley.ts';
import { play } from './play.ts';
import { openStage } from './stage.ts';

const PACE_MS = 700;

await runTool(async (args, { progress, signal }) => {
  const command = parseOptions(args);
  if (command.name === 'help') {
    console.log(HELP);
    return 0;
  }
  const output = process.stdout;
  const paceMs = command.paceMs ?? (output.isTTY ? PACE_MS : 0);
  const stage = openStage({ output, paceMs, signal });
  const data = command.data === undefined ? DEFAULT_DATA : fromTyped(command.data);
  const running = await readInstanceFile(dataLayout(data).instance);
  if (running !== null) {
    console.log(`On the Parley at ${running.baseUrl}`);
    await play(talkTo(running, signal), stage);
    return 0;
  }
  console.log('No Parley runs; starting one for the story');
  await using own = await startOwnInstance({ purpose: 'demo', data: null, progress, signal });
  await play(talkTo(endpointOf(own.instance), signal), stage);
  console.log('\nTo go on from here with a Parley of your own: npm start');
  return 0;
});
