import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Stage } from './stages.ts';

/** A stage's command did not end well. */
export class StageFailed extends Error {
  /** What the command printed. */
  readonly output: string;

  constructor(what: string, output: string) {
    super(`${what} failed`);
    this.output = output;
  }
}

/** Wipes the line that counts the seconds. */
const clearLine = '\r\u001b[K';

/** The line with which Nx tells that it is done with one project. */
const projectDone = /^\s*[✔✖]/;

/**
 * Runs a stage's command; of what it prints only the projects it is done with are shown at once.
 * @throws {StageFailed} with everything else that was printed, when the command ends with an error
 */
export async function runStage({ what, command: [file, ...args] }: Stage): Promise<void> {
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
  if (code !== 0) throw new StageFailed(what, output.join('\n'));
}
