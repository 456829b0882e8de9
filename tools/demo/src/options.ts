import { readOptions } from '@parley/launcher/cli/read-options';
import { StartError } from '@parley/launcher/start-error';

/** What was asked for on the command line. */
export type Command =
  { name: 'help' } | { name: 'play'; data: string | undefined; paceMs: number | undefined };

const OPTIONS = {
  data: { type: 'string' },
  pace: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line; throws `bad_usage` for what it cannot be. */
export function parseOptions(args: readonly string[]): Command {
  const { help, data, pace } = readOptions('npm run demo', args, OPTIONS);
  if (help) return { name: 'help' };
  if (data === '') throw new StartError('bad_usage', '--data needs the name of a directory.');
  if (pace !== undefined && !/^\d{1,5}$/.test(pace))
    throw new StartError('bad_usage', `--pace needs a number of milliseconds, not "${pace}".`);
  return { name: 'play', data, paceMs: pace === undefined ? undefined : Number(pace) };
}
