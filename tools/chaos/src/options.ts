import { readOptions } from '@parley/launcher/cli/read-options';
import { StartError } from '@parley/launcher/start-error';
import { amount } from '@parley/trial/command-line';

const scenarioNames = ['providers', 'unknowns', 'schedule', 'lanes', 'crashes'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** How a scenario is run. */
export interface ChaosOptions {
  scenario: ScenarioName;
  seed: number;
  /** How long messages are sent; null = as the scenario wants it. */
  seconds: number | null;
  /** Messages a second; null = as the scenario wants it. */
  rate: number | null;
  /** Messages that wait in the crowded lane. */
  backlog: number;
  /** An empty directory for the data, which stays; null = a temporary one. */
  data: string | null;
}

/** What the command line asks for. */
export type Command = { name: 'help' } | { name: 'run'; options: ChaosOptions };

const OPTIONS = {
  scenario: { type: 'string' },
  seed: { type: 'string', default: '1' },
  seconds: { type: 'string' },
  rate: { type: 'string' },
  backlog: { type: 'string', default: '200000' },
  data: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads a command line without its first two words. Throws `bad_usage` with a sentence for anything unknown. */
export function parseOptions(args: readonly string[]): Command {
  const { help, scenario, seed, seconds, rate, backlog, data } = readOptions('npm run chaos', args, OPTIONS);
  if (help) return { name: 'help' };
  if (data === '') throw new StartError('bad_usage', '--data needs the name of a directory.');
  return {
    name: 'run',
    options: {
      scenario: parseScenario(scenario),
      seed: parseSeed(seed),
      seconds: seconds === undefined ? null : amount('seconds', seconds, { most: 86_400 }),
      rate: rate === undefined ? null : amount('rate', rate, { most: 10_000 }),
      backlog: amount('backlog', backlog, { most: 5_000_000, whole: true }),
      data: data ?? null,
    },
  };
}

function parseScenario(text: string | undefined): ScenarioName {
  const name = scenarioNames.find((known) => known === text);
  if (name !== undefined) return name;
  const wrong = text === undefined ? 'Say which scenario' : `There is no scenario "${text}"`;
  throw new StartError(
    'bad_usage',
    `${wrong}: --scenario ${scenarioNames.join('|')}; see \`npm run chaos -- --help\`.`,
  );
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d{1,15}$/.test(text)) return seed;
  throw new StartError('bad_usage', `--seed needs a whole number from 0 on, not "${text}".`);
}
