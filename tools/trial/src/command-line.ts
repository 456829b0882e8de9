import { StartError } from '@parley/launcher/start-error';

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
