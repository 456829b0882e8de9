import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Starts a server by a launcher that is killed at once; returns the number of the process left behind. */
export function crashedLauncher(kind: 'postgres' | 'nats', at: { dataDir: string; logFile: string }): number {
  const script = join(import.meta.dirname, 'die-after-start.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [script, kind, at.dataDir, at.logFile], {
    encoding: 'utf8',
  });
  const pid = Number(stdout);
  if (Number.isInteger(pid) && pid > 0) return pid;
  throw new Error(`the server did not start: ${stderr}`);
}
