import { listenForStop } from '@parley/launcher/cli/stop-signals';
import { endChildrenNow } from '@parley/launcher/processes/child';
import { StartError } from '@parley/launcher/start-error';
import { TrialProgress } from './progress.ts';
import type { Progress } from './progress.ts';

const INTERRUPTED = 130;

/**
 * Runs a command line tool to its exit code, which the process ends with: `work` returns it. Progress goes to standard
 * error. Ctrl-C aborts the signal, a second one ends everything at once. What a person can act on is shown as one line,
 * anything else with its stack; both exit with 1.
 */
export async function runTool(
  work: (args: readonly string[], around: { progress: Progress; signal: AbortSignal }) => Promise<number>,
): Promise<void> {
  const { signal } = listenForStop(() => {
    endChildrenNow();
    process.exit(INTERRUPTED);
  });
  try {
    process.exitCode = await work(process.argv.slice(2), {
      progress: new TrialProgress(process.stderr),
      signal,
    });
  } catch (error) {
    process.exitCode = signal.aborted ? INTERRUPTED : 1;
    if (!signal.aborted) console.error(error instanceof StartError ? error.message : error);
  }
}
