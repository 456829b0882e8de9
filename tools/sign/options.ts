import { resolve } from 'node:path';
import { readArguments } from '@parley/launcher/cli/read-options';
import { DEFAULT_DATA } from '@parley/launcher/repository';
import { StartError } from '@parley/launcher/start-error';

/** What is to be signed, and how it is told; all paths are absolute. */
export interface SignOptions {
  /** `-` = standard input. */
  file: string;
  connection: string;
  data: string;
  curl: boolean;
}

const OPTIONS = {
  connection: { type: 'string', default: 'inbox' },
  data: { type: 'string' },
  curl: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads the command line; null when it asks for help. Relative paths begin at `from`. Throws `bad_usage` with a sentence
 * for anything that cannot be understood.
 */
export function parseOptions(args: readonly string[], from: string): SignOptions | null {
  const { values, positionals } = readArguments('npm run sign', args, OPTIONS);
  const { connection, data, curl, help } = values;
  if (help) return null;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new StartError('bad_usage', 'sign needs one file; see `npm run sign -- --help`.');
  if (curl && file === '-')
    throw new StartError('bad_usage', '--curl needs a file: standard input can be read only once.');
  return {
    file: file === '-' ? file : resolve(from, file),
    connection,
    data: data === undefined ? DEFAULT_DATA : resolve(from, data),
    curl,
  };
}
