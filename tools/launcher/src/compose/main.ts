import { join } from 'node:path';
import { greeting } from '../cli/welcome.ts';
import { describeInstance } from '../instance/instance-file.ts';
import { reasonOf, StartError } from '../start-error.ts';
import { keepSecrets, openKeys } from './keep-secrets.ts';
import type { Keys } from './keep-secrets.ts';
import { PLACES } from './places.ts';
import { prepareDatabase } from './prepare-database.ts';
import { reachProject } from './reach.ts';

const HELP = `Commands of a Parley in containers (docker compose run --rm --no-deps setup COMMAND):

  welcome       the demo account's key, and three curl lines to paste
  parley.json   where everything is reached from this host, for scripts; secrets included
  secrets       makes the installation's secrets unless they exist
  database      brings database roles, schemas and the demo account up to date`;

const COMMANDS: Readonly<Record<string, () => Promise<string>>> = {
  help: async () => HELP,
  welcome: async () => welcome(await keys()),
  'parley.json': async () =>
    JSON.stringify(describeInstance(reachProject(await keys(), process.env)), null, 2),
  secrets: async () => {
    await keepSecrets(PLACES.secrets);
    return 'The secrets are in their volumes.';
  },
  database: async () => {
    const applied = await prepareDatabase(await keys());
    const what = applied.length === 0 ? 'no migrations to apply' : `applied ${applied.join(', ')}`;
    return `The database is up to date (${what}). For the demo account's key: docker compose run --rm --no-deps setup welcome`;
  },
};

function keys(): Promise<Keys> {
  return openKeys(join(PLACES.secrets, 'keys'), { make: false });
}

function welcome(from: Keys): string {
  const endpoint = reachProject(from, process.env);
  return greeting(endpoint, {
    'Admin key': endpoint.adminKey,
    Grafana: `admin / ${from.passwords.grafana}`,
  });
}

const [name = 'help'] = process.argv.slice(2);
const command = COMMANDS[name];
try {
  if (command === undefined) throw new StartError('bad_usage', `There is no command ${name}.\n\n${HELP}`);
  console.log(await command());
} catch (error) {
  console.error(error instanceof StartError ? error.message : reasonOf(error));
  process.exitCode = 1;
}
