import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { StartError } from '@parley/launcher/start-error';

type Options = NonNullable<ParseArgsConfig['options']>;
type Strict<O extends Options> = { options: O; args: string[]; strict: true; allowPositionals: false };

/** Reads the options of `npm run <tool>`. Throws `bad_usage` with a sentence for anything unknown. */
export function readOptions<O extends Options>(
  tool: string,
  args: readonly string[],
  options: O,
): ReturnType<typeof parseArgs<Strict<O>>>['values'] {
  try {
    return parseArgs<Strict<O>>({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\.? To specify.*$/s, '') : String(error);
    throw new StartError('bad_usage', `${why}; see \`npm run ${tool} -- --help\`.`);
  }
}

/** What a number given on the command line may be; it is always above 0. */
export interface Bounds {
  most: number;
  whole?: boolean;
}

/** A number above 0. Throws `bad_usage` naming the option for anything else. */
export function amount(option: string, text: string, { most, whole = false }: Bounds): number {
  const number = Number(text);
  const fits =
    /^\d+(\.\d+)?$/.test(text) && number > 0 && number <= most && (!whole || Number.isInteger(number));
  if (fits) return number;
  const kind = whole ? 'a whole number' : 'a number';
  throw new StartError(
    'bad_usage',
    `--${option} needs ${kind} above 0 and not above ${most}, not "${text}".`,
  );
}
