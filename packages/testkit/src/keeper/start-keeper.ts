import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keeperHome } from './home.ts';

/** A keeper that is leaving may take the directory away from under a new one. */
const MAX_FAILURES = 3;

/**
 * Makes the function to call while nobody answers: it starts a keeper unless the last one that it started is still
 * trying, and throws in its words when it keeps failing. Several processes may do so at once, one keeper stays.
 */
export function keeperStarter(): () => void {
  let candidate: ChildProcess | undefined;
  let failures = 0;
  return () => {
    if (candidate !== undefined && candidate.exitCode === null && candidate.signalCode === null) return;
    if (candidate !== undefined && candidate.exitCode !== 0) failures += 1;
    if (failures === MAX_FAILURES) throw new Error(`the keeper of the test servers did not start: ${log()}`);
    candidate = spawnKeeper();
  };
}

function spawnKeeper(): ChildProcess {
  const output = openSync(keeperHome().log, 'a', 0o600);
  try {
    const { NODE_OPTIONS: _, ...env } = process.env;
    // In a session of its own: it must see the end of a test run that is interrupted or killed.
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

function log(): string {
  try {
    return readFileSync(keeperHome().log, 'utf8').slice(-4_000);
  } catch {
    return 'it left no log';
  }
}
