import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './account.ts';
import { sendSignal } from './identity.ts';

/** How a process ended: exactly one of the two is set. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What to run, and under which conditions. */
export interface ChildOptions {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Where stdout and stderr are appended; made (with its folder) when absent. */
  logFile: string;
  /** The user to run as; the launcher's own when absent. */
  account?: Account | undefined;
  /** Default `/`, which every user can enter. */
  cwd?: string;
  /** Sent if this Node process exits without having stopped the child. Default SIGTERM. */
  exitSignal?: NodeJS.Signals;
  /** Written to the child's standard input, which is closed afterwards. Without it there is none. */
  stdin?: string;
}

/** A process we started. */
export interface Child {
  readonly pid: number;
  /** Resolves once the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** How it ended, null while it runs. */
  exit(): Exit | null;
}

const running = new Map<number, NodeJS.Signals>();
let guarded = false;

/**
 * Starts a process in a session of its own (a Ctrl-C in the terminal reaches the launcher only, which then stops
 * things in order) and with its output appended to a file (so it outlives the launcher without a broken pipe).
 * Rejects with the system error when it cannot be started.
 */
export async function spawnChild(options: ChildOptions): Promise<Child> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const child = spawn(options.command, options.args, {
      cwd: options.cwd ?? '/',
      env: options.env,
      detached: true,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', log, log],
      ...(options.account && { uid: options.account.uid, gid: options.account.gid }),
    });
    let exit: Exit | null = null;
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve((exit = { code, signal })));
    });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    // A child that ends before it has read its input is reported by its exit, not by a broken pipe here.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.stdin);
    guard(pid, options.exitSignal ?? 'SIGTERM', exited);
    return { pid, exited, exit: () => exit };
  } finally {
    closeSync(log);
  }
}

/**
 * Asks the child to end with `signal`, and after `graceMs` milliseconds with `force`. Resolves when it has ended;
 * at once if it already had.
 */
export async function stopChild(
  child: Child,
  { signal, graceMs, force = 'SIGKILL' }: { signal: NodeJS.Signals; graceMs: number; force?: NodeJS.Signals },
): Promise<Exit> {
  if (child.exit()) return child.exited;
  sendSignal(child.pid, signal);
  const timer = setTimeout(() => sendSignal(child.pid, force), graceMs);
  const exit = await child.exited;
  clearTimeout(timer);
  return exit;
}

/** Words for an exit: `exit code 1`, `signal SIGKILL`. */
export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

/** Ends every child of this process at once, without waiting: services by SIGKILL, servers as a crash would. */
export function endChildrenNow(): void {
  running.forEach((signal, pid) => sendSignal(pid, signal === 'SIGTERM' ? 'SIGKILL' : signal));
}

function guard(pid: number, signal: NodeJS.Signals, exited: Promise<Exit>): void {
  running.set(pid, signal);
  void exited.then(() => running.delete(pid));
  if (guarded) return;
  guarded = true;
  process.on('exit', () => running.forEach((exitSignal, orphan) => sendSignal(orphan, exitSignal)));
}
