import { accountId, type AccountId } from '@parley/contracts/ids';
import { readOptions } from '@parley/launcher/cli/read-options';
import { DEFAULT_DATA } from '@parley/launcher/repository';
import { StartError } from '@parley/launcher/start-error';
import { amount } from '@parley/trial/command-line';
import { fromTyped } from '@parley/trial/own-instance';

/** What is to be made. */
export interface SeedOptions {
  messages: number;
  account_id: AccountId;
  days: number;
  /** Absolute path of the data directory of the Parley that gets it. */
  data: string;
}

const OPTIONS = {
  messages: { type: 'string' },
  account: { type: 'string', default: 'demo' },
  days: { type: 'string', default: '365' },
  data: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const MOST_MESSAGES = 100_000_000;
const MOST_DAYS = 3_650;

/** Reads a command line; null when it asks for help. Throws `bad_usage` with a sentence for anything unknown. */
export function parseOptions(args: readonly string[]): SeedOptions | null {
  const { messages, account, days, data, help } = readOptions('npm run seed-data', args, OPTIONS);
  if (help) return null;
  if (messages === undefined)
    throw new StartError('bad_usage', '--messages says how many; see `npm run seed-data -- --help`.');
  const account_id = accountId.safeParse(account).data;
  if (account_id === undefined)
    throw new StartError('bad_usage', '--account needs an id of 1 to 64 characters.');
  return {
    messages: amount('messages', messages, { most: MOST_MESSAGES, whole: true }),
    account_id,
    days: amount('days', days, { most: MOST_DAYS, whole: true }),
    data: data === undefined ? DEFAULT_DATA : fromTyped(data),
  };
}
