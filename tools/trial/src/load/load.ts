import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadNews } from './protocol.ts';
import type { LoadCommand, LoadPlan, LoadReport } from './protocol.ts';

const PROGRAM = fileURLToPath(new URL('load-process.ts', import.meta.url));

/** A load generator that runs in a process of its own. */
export interface Load extends AsyncDisposable {
  readonly pid: number;
  /** Requests answered so far, by whether it was 202. */
  readonly progress: { accepted: number; refused: number };
  /**
   * Opens the measured window now, ends the load with it, and resolves when every request has its answer. Rejects
   * when the process ends before.
   */
  measure(seconds: number): Promise<LoadReport>;
}

/** Starts driving the server of `plan` and goes on until measured or disposed of. */
export async function startLoad(plan: LoadPlan): Promise<Load> {
  const child = fork(PROGRAM, { execArgv: [] });
  const report = Promise.withResolvers<LoadReport>();
  report.promise.catch(() => {});
  let progress = { accepted: 0, refused: 0 };
  child.on('message', (message) => {
    const news = loadNews.parse(message);
    if (news.kind === 'progress') progress = news;
    else {
      const { accepted, refused } = news.report;
      progress = { accepted, refused: Object.values(refused).reduce((sum, count) => sum + count, 0) };
      report.resolve(news.report);
    }
  });
  child.once('exit', (code) => report.reject(new Error(`the load generator ended (exit code ${code})`)));
  // It may end between two lines; that is reported by its exit.
  child.on('error', report.reject);
  const tell = (command: LoadCommand): void => void (child.connected && child.send(command));
  await once(child, 'spawn');
  tell({ kind: 'start', plan });
  return {
    pid: child.pid ?? 0,
    get progress() {
      return progress;
    },
    measure: (seconds) => {
      tell({ kind: 'measure', seconds });
      return report.promise;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // Its end of the channel closes too, which is its sign to leave.
  if (child.connected) child.disconnect();
  await ended;
}
