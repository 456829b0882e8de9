import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Command, Stage } from './stages.ts';

/** A command of a stage did not end well. */
export class StageFailed extends Error {
  /** What the commands that failed printed. */
  readonly output: string;

  constructor(what: string, output: string) {
    super(`${what} failed`);
    this.output = output;
  }
}

/** Wipes the line that counts the seconds. */
const clearLine = '\r\u001b[K';

/** The line with which Nx tells that it is done with one project. */
const projectDone = /^\s*[✔✖]\s+nx run /;

/**
 * Runs a stage's commands to the end; of what they print only the projects that Nx is done with are shown at once.
 * @throws {StageFailed} with everything else that those printed which ended with an error
 */
export async function runStage({ what, commands }: Stage): Promise<void> {
  const ends = await Promise.all(commands.map(runCommand));
  const failures = ends.flatMap(({ failed, output }) => (failed ? output : []));
  if (ends.some(({ failed }) => failed)) throw new StageFailed(what, failures.join('\n'));
}

async function runCommand([file, ...args]: Command): Promise<{ failed: boolean; output: string[] }> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (printed) => {
      const line = process.stdout.isTTY ? printed : stripVTControlCharacters(printed);
      if (projectDone.test(line)) console.log(process.stdout.isTTY ? `${clearLine}${line}` : line);
      else output.push(line);
    });
  }
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return { failed: code !== 0, output };
}
