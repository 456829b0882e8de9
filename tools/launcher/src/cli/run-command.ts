import { resolve } from 'node:path';
import { DEFAULT_DATA } from '../repository.ts';
import { reasonOf, StartError, systemCode } from '../start-error.ts';
import { parseCommand, parsePort } from './arguments.ts';
import type { Command } from './arguments.ts';
import { helpText } from './help.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

const DEFAULT_PORT = 8080;
const DEFAULT_HOST = '127.0.0.1';

/**
 * Does what the command line asks for and returns the exit code. Everything a person can act on is one line on
 * standard error and code 1.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  // A reader that goes away (`npm start | head`) must not take the instance with it.
  process.stdout.on('error', () => {});
  try {
    return await run(parseCommand(args));
  } catch (error) {
    console.error(oneLine(error));
    return 1;
  }
}

async function run(command: Command): Promise<number> {
  if (command.name === 'help') {
    console.log(helpText(command.of));
    return 0;
  }
  const data = dataPath(command.data);
  if (command.name === 'stop') {
    await stop(data);
    return 0;
  }
  const former = command.name === 'restart' ? await stop(data) : null;
  const port = command.port ?? former?.port ?? portFromEnv() ?? DEFAULT_PORT;
  const fresh = command.name === 'start' && command.fresh;
  return start({ data, port, fresh, host: command.host ?? former?.host ?? DEFAULT_HOST });
}

// npm runs us in the repository and says in INIT_CWD where the person typed the command.
function dataPath(data: string | undefined): string {
  return data === undefined ? DEFAULT_DATA : resolve(process.env.INIT_CWD ?? '.', data);
}

function portFromEnv(): number | undefined {
  const { PORT } = process.env;
  return PORT ? parsePort(PORT, 'The environment variable PORT') : undefined;
}

/** A StartError and what the system refuses speak for themselves; of anything else the developers need the stack. */
function oneLine(error: unknown): string {
  if (error instanceof StartError) return error.message;
  if (systemCode(error) !== undefined) return `Parley cannot start: ${reasonOf(error)}.`;
  return error instanceof Error ? (error.stack ?? error.message) : reasonOf(error);
}
