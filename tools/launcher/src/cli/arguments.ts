import { StartError } from '../start-error.ts';
import { misuse, readOptions } from './read-options.ts';

/** What the launcher was asked to do. */
export type Command =
  | { name: 'help'; of: CommandName }
  | ({ name: 'start'; fresh: boolean } & Where)
  | { name: 'stop'; data: string | undefined }
  | ({ name: 'restart' } & Where);

interface Where {
  data: string | undefined;
  port: number | undefined;
  /** The address to listen on. */
  host: string | undefined;
}

export type CommandName = 'start' | 'stop' | 'restart';

const COMMANDS: readonly CommandName[] = ['start', 'stop', 'restart'];
const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  fresh: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
const ALLOWED: Record<CommandName, readonly string[]> = {
  start: ['port', 'host', 'data', 'fresh', 'help'],
  stop: ['data', 'help'],
  restart: ['port', 'host', 'data', 'help'],
};

/** Reads a command line without its first two words. Throws `bad_usage` with a sentence for anything unknown. */
export function parseCommand(args: readonly string[]): Command {
  const [word = 'start', ...rest] = args[0]?.startsWith('-') ? ['start', ...args] : args;
  const name = COMMANDS.find((command) => command === word);
  if (!name) throw new StartError('bad_usage', `There is no command ${word}; try start, stop or restart.`);
  const values = parseOptions(name, rest);
  if (values.help) return { name: 'help', of: name };
  const { data, host } = values;
  if (data === '') throw new StartError('bad_usage', '--data needs the name of a directory.');
  if (host === '') throw new StartError('bad_usage', '--host needs an address to listen on.');
  if (name === 'stop') return { name, data };
  const port = values.port === undefined ? undefined : parsePort(values.port, '--port');
  return name === 'start'
    ? { name, data, port, host, fresh: values.fresh ?? false }
    : { name, data, port, host };
}

/** A port number; throws `bad_usage` naming `source` for anything else. */
export function parsePort(text: string, source: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new StartError('bad_usage', `${source} needs a number from 1 to 65535, not "${text}".`);
}

function parseOptions(name: CommandName, args: string[]) {
  const typed = name === 'restart' ? 'npm run restart' : `npm ${name}`;
  const values = readOptions(typed, args, OPTIONS);
  const foreign = Object.keys(values).find((option) => !ALLOWED[name].includes(option));
  if (foreign) throw misuse(typed, `--${foreign} does not belong to ${name}`);
  return values;
}
