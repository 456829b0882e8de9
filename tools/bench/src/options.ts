import { readOptions } from '@parley/launcher/cli/read-options';
import { StartError } from '@parley/launcher/start-error';
import { amount } from '@parley/trial/command-line';
import type { FollowOptions } from './follow/follow-bench.ts';
import type { SearchOptions } from './search/search-bench.ts';
import type { StatsOptions } from './stats/stats-bench.ts';

/** How the benchmark is run. */
export interface BenchOptions {
  /** Length of the measured window. */
  seconds: number;
  /** How long the load runs before. */
  warmUpSeconds: number;
  connections: number;
  /** Requests a second in an open loop; null for a closed loop. */
  rate: number | null;
  receipts: 'on' | 'off';
  /** Whether each request carries an Idempotency-Key of its own. */
  keys: boolean;
  /** Where the processes' CPU profiles are written; null for none. */
  profile: string | null;
}

/** What the command line asks for. */
export type Command =
  | { name: 'help' }
  | { name: 'search'; options: SearchOptions; json: boolean }
  | { name: 'stats'; options: StatsOptions; json: boolean }
  | { name: 'follow'; options: FollowOptions; json: boolean }
  | { name: 'run'; options: BenchOptions; /** One line of JSON instead of a table. */ json: boolean };

const OPTIONS = {
  scenario: { type: 'string', default: 'sending' },
  messages: { type: 'string', default: '2000000' },
  pages: { type: 'string', default: '10000' },
  data: { type: 'string' },
  seconds: { type: 'string', default: '20' },
  connections: { type: 'string', default: '64' },
  rate: { type: 'string' },
  receipts: { type: 'string', default: 'off' },
  keys: { type: 'boolean', default: false },
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const WARM_UP_SECONDS = 5;
const FOLLOWED_RATE = 500;
const MOST_MESSAGES = 100_000_000;

/** Reads a command line without its first two words. Throws `bad_usage` with a sentence for anything unknown. */
export function parseOptions(args: readonly string[]): Command {
  const values = readOptions('npm run bench', args, OPTIONS);
  if (values.help) return { name: 'help' };
  const { scenario, receipts, profile, rate, json, keys, data } = values;
  const messages = amount('messages', values.messages, { most: MOST_MESSAGES, whole: true });
  const pages = amount('pages', values.pages, { most: MOST_MESSAGES, whole: true });
  const load = {
    seconds: amount('seconds', values.seconds, { most: 86_400 }),
    connections: amount('connections', values.connections, { most: 10_000, whole: true }),
    rate: rate === undefined ? null : amount('rate', rate, { most: 100_000 }),
  };
  if (data === '') throw new StartError('bad_usage', '--data needs the name of a directory.');
  if (scenario === 'search')
    return { name: 'search', json, options: { messages, pages, data: data ?? null } };
  if (scenario === 'stats') return { name: 'stats', json, options: { messages, data: data ?? null } };
  if (scenario === 'follow')
    return { name: 'follow', json, options: { ...load, rate: load.rate ?? FOLLOWED_RATE } };
  if (scenario !== 'sending')
    throw new StartError('bad_usage', `--scenario is sending, search, stats or follow, not "${scenario}".`);
  if (receipts !== 'on' && receipts !== 'off')
    throw new StartError('bad_usage', `--receipts is on or off, not "${receipts}".`);
  if (profile === '') throw new StartError('bad_usage', '--profile needs the name of a directory.');
  return {
    name: 'run',
    json,
    options: {
      ...load,
      warmUpSeconds: WARM_UP_SECONDS,
      receipts,
      keys,
      profile: profile ?? null,
    },
  };
}
