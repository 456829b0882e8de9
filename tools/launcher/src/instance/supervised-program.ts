import { join, parse } from 'node:path';
import { spawnChild, stopChild } from '../processes/child.ts';
import type { Child } from '../processes/child.ts';
import type { ProcessRecords } from '../processes/records.ts';
import { Supervisor } from '../processes/supervisor.ts';
import { logEnd, logSince } from '../servers/log-tail.ts';
import { StartError } from '../start-error.ts';
import { lastWords } from './last-words.ts';
import type { ProcessPlan } from './process-plan.ts';
import { isCatchingUp, isReady, reasonsNotReady, waitForReadiness } from './readiness.ts';

/** One of our own programs under supervision. */
export interface SupervisedProgram {
  plan: ProcessPlan;
  supervisor: Supervisor;
  logFile: string;
  /**
   * Waits until it says that it is ready. Throws `not_ready` with its last words after `timeoutMs`, unless it is
   * catching up, or at once when it has died three times since this was called; throws the signal's reason when that
   * is aborted.
   */
  untilReady(options: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<void>;
}

/** What is the same for every program of an instance. */
export interface ProgramSetting {
  /** The repository. */
  root: string;
  logs: string;
  records: ProcessRecords;
  env: NodeJS.ProcessEnv;
  announce(line: string): void;
}

/** Each process writes a log file of its own; services tell themselves apart, replicas of one do not. */
function replicaLog(
  { name, program }: ProcessPlan,
  { LOG_FILE: path }: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  if (path === undefined || name === program) return {};
  const { dir, name: file, ext } = parse(path);
  return { LOG_FILE: join(dir, `${file}${name.slice(program.length)}${ext}`) };
}

// A service gives up its drain after 25 s by itself.
const STOP_GRACE_MS = 26_000;
const HOPELESS_DEATHS = 3;

/** Supervises one program; starts nothing yet. */
export function superviseProgram(plan: ProcessPlan, setting: ProgramSetting): SupervisedProgram {
  const logFile = join(setting.logs, `${plan.name}.log`);
  const logStart = logEnd(logFile);
  let child: Child | null = null;
  const launch = async (): Promise<Child> => {
    child = await spawnChild({
      command: process.execPath,
      args: [...plan.nodeArgs, join(setting.root, plan.script)],
      cwd: setting.root,
      env: { ...setting.env, ...replicaLog(plan, setting.env), ...plan.env },
      logFile,
    });
    const { pid, exited } = child;
    setting.records.add(plan.name, pid);
    void exited.then(() => setting.records.remove(pid));
    return child;
  };
  const end = async (): Promise<void> => {
    if (child) await stopChild(child, { signal: 'SIGTERM', graceMs: STOP_GRACE_MS });
  };
  const supervisor = new Supervisor({ name: plan.name, announce: setting.announce, launch, end });
  return {
    plan,
    supervisor,
    logFile,
    untilReady: async ({ timeoutMs, signal }) => {
      const deathsBefore = supervisor.deaths;
      const hopeless = (): boolean => supervisor.deaths - deathsBefore >= HOPELESS_DEATHS;
      let reasons: Record<string, string>;
      do {
        if (await waitForReadiness(() => isReady(plan.port), { timeoutMs, hopeless, signal })) return;
        reasons = await reasonsNotReady(plan.port);
      } while (isCatchingUp(reasons) && !hopeless());
      const said = Object.entries(reasons).map(([part, reason]) => `${part}: ${reason}`);
      const words = said.join('; ') || lastWords(logSince(logFile, logStart)) || 'no reason given';
      throw new StartError(
        'not_ready',
        `The ${plan.name} does not become ready: ${words}. Details: ${logFile}`,
      );
    },
  };
}
