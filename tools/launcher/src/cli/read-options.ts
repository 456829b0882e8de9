import { parseArgs, type ParseArgsConfig } from 'node:util';
import { reasonOf, StartError } from '../start-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Strict<O extends Options> = { options: O; args: string[]; strict: true; allowPositionals: true };
type Read<O extends Options> = ReturnType<typeof parseArgs<Strict<O>>>;

/**
 * Reads what follows `command`, such as `npm run bench`: its options, and what else there is. Throws `bad_usage` with one
 * line for an option that is unknown or has no value.
 */
export function readArguments<O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
): Read<O> {
  try {
    return parseArgs<Strict<O>>({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw misuse(command, inOneLine(reasonOf(error)));
  }
}

/** The same for a command that takes nothing but options. */
export function readOptions<O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
): Read<O>['values'] {
  const { values, positionals } = readArguments(command, args, options);
  if (positionals[0] !== undefined) throw misuse(command, `Unexpected argument '${positionals[0]}'`);
  return values;
}

/** For a command that takes no options: whether it is asked for its help. */
export function asksForHelp(command: string, args: readonly string[]): boolean {
  return readOptions(command, args, { help: { type: 'boolean', short: 'h', default: false } }).help;
}

/** What is said of a command line that cannot be understood. */
export function misuse(command: string, why: string): StartError {
  return new StartError('bad_usage', `${why}; see \`${command} -- --help\`.`);
}

/** Node's own words, without what they say of positional arguments; of a value that begins with a dash they say three lines. */
function inOneLine(words: string): string {
  return words
    .replace(
      /^Option '(.*)' argument is ambiguous.*$/s,
      "Option '$1' needs a value; one that begins with a dash is given as '$1=-…'",
    )
    .replace(/\.? To specify.*$/s, '');
}
