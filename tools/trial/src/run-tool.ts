import { listenForStop } from '@parley/launcher/cli/stop-signals';
import { endChildrenNow } from '@parley/launcher/processes/child';
import { reasonOf, StartError, systemCode } from '@parley/launcher/start-error';
import { Unavailable } from '@parley/platform/runtime';
import { TrialProgress } from './progress.ts';
import type { Progress } from './progress.ts';

const INTERRUPTED = 130;

/**
 * Runs a command line tool to its exit code, which the process ends with: `work` returns it. Progress goes to standard
 * error. Ctrl-C aborts the signal, a second one ends everything at once. What a person can act on is shown as one line,
 * a Parley that does not answer among it, anything else with its stack; all exit with 1.
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
    if (signal.aborted) return;
    const silence = whoIsSilent(error);
    console.error(error instanceof StartError ? error.message : (silence ?? error));
    // At once: what a frozen server has not answered would keep us.
    if (silence !== null) process.exit();
  }
}

const NETWORK_FAILURE = /^(E(AI_AGAIN|CONN\w+|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT)|UND_ERR_\w+)$/;

/** A line that says what does not answer; null when something else is the trouble. */
function whoIsSilent(error: unknown): string | null {
  // `fetch` says nothing but that it failed, and why in its cause.
  const reason = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  const isSilent = reason instanceof Unavailable || NETWORK_FAILURE.test(systemCode(reason) ?? '');
  return isSilent ? `Parley does not answer: ${reasonOf(reason)}. Is it still running?` : null;
}
