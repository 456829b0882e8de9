import { spawn } from 'node:child_process';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../src/repository.ts';

/** A launcher's command line that was started. */
export interface LauncherRun {
  /** What it has written to standard output and standard error so far. */
  output(): { stdout: string; stderr: string };
  signal(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

/** Puts this launcher into another repository, so that it starts the programs there. Returns how to run it. */
export async function installLauncher(root: string): Promise<(...args: string[]) => LauncherRun> {
  await cp(join(REPOSITORY, 'tools', 'launcher', 'src'), join(root, 'tools', 'launcher', 'src'), {
    recursive: true,
  });
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE };
  return (...args) => {
    const child = spawn(process.execPath, [join(root, 'tools', 'launcher', 'src', 'main.ts'), ...args], {
      cwd: root,
      env,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
    return {
      output: () => output,
      signal: (signal) => void child.kill(signal),
      exited: new Promise((resolve) => child.once('close', (code) => resolve(code))),
    };
  };
}
