import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How a process ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a module that imports from this folder in a process of its own.
 * @param source the module's text
 * @param onStart called with the process once it runs
 */
export async function runScript(source: string, onStart?: (child: ChildProcess) => void): Promise<Ended> {
  const args = ['--input-type=module', '--eval', source];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const end = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { ...(await end), output, errors };
}
