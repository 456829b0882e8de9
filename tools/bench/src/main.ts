import { listenForStop } from '@parley/launcher/cli/stop-signals';
import { endChildrenNow } from '@parley/launcher/processes/child';
import { StartError } from '@parley/launcher/start-error';
import { bench } from './bench.ts';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';
import { BenchProgress } from './progress.ts';
import { isClean } from './report/result.ts';
import { table } from './report/table.ts';

const INTERRUPTED = 130;

process.exitCode = await run(process.argv.slice(2));

/** Does what the command line asks for and returns the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const { signal } = listenForStop(() => {
    endChildrenNow();
    process.exit(INTERRUPTED);
  });
  try {
    const command = parseOptions(args);
    if (command.name === 'help') {
      console.log(HELP);
      return 0;
    }
    const progress = new BenchProgress(process.stderr);
    const result = await bench(command.options, { progress, signal });
    console.log(command.json ? JSON.stringify(result) : `\n${table(result)}`);
    return isClean(result) ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    console.error(error instanceof StartError ? error.message : error);
    return 1;
  }
}
