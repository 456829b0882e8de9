import { resolve } from 'node:path';
import { readOptions } from '@parley/launcher/cli/read-options';
import { readInstanceFile, runningOn } from '@parley/launcher/instance/instance-file';
import { DEFAULT_DATA } from '@parley/launcher/repository';
import { StartError } from '@parley/launcher/start-error';

/** Where the Parley is whose projections are meant. */
export interface Place {
  /** Superuser URL. */
  postgresUrl: string;
  natsUrl: string;
}

const OPTIONS = {
  data: { type: 'string' },
  instance: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What both commands say of their options. */
export const OPTIONS_HELP = `  --data DIR       the data directory of the running Parley (default .parley)
  --instance FILE  a parley.json that says where everything is: that of a Parley in containers comes from
                   \`docker compose run --rm setup parley.json\``;

/**
 * Finds the Parley that a command line means; null when it asks for help. Relative paths begin at `from`. Throws `bad_usage`
 * with a sentence for anything that cannot be understood, and where none runs.
 */
export async function findPlace(
  command: string,
  args: readonly string[],
  from: string,
): Promise<Place | null> {
  const { data, instance, help } = readOptions(`npm run ${command}`, args, OPTIONS);
  if (help) return null;
  if (data !== undefined && instance !== undefined)
    throw new StartError('bad_usage', '--data and --instance name the same thing: give one of them.');
  if (instance === undefined) return runningOn(data === undefined ? DEFAULT_DATA : resolve(from, data));
  const found = await readInstanceFile(resolve(from, instance));
  if (found !== null) return found;
  throw new StartError('bad_usage', `There is no ${resolve(from, instance)}.`);
}
