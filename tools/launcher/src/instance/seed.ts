import { join } from 'node:path';
import type { Secrets } from '../data/secrets.ts';
import { spawnChild } from '../processes/child.ts';
import { logEnd, logSince } from '../servers/log-tail.ts';
import { StartError } from '../start-error.ts';
import { lastWords } from './last-words.ts';

/** What the demo account is made from. */
export interface SeedOptions {
  root: string;
  logs: string;
  env: NodeJS.ProcessEnv;
  gatewayDatabaseUrl: string;
  simulatorUrl: string;
  secrets: Secrets;
}

/**
 * Makes the demo account with its users, senders, connections and keys, unless they exist. The secrets go to the
 * gateway's own program through its standard input, where no process list shows them. Throws `not_ready` with its
 * last words when it fails.
 */
export async function seedDemo({
  root,
  logs,
  env,
  gatewayDatabaseUrl,
  simulatorUrl,
  secrets,
}: SeedOptions): Promise<void> {
  const logFile = join(logs, 'seed.log');
  const logStart = logEnd(logFile);
  const { api_key, admin_key, connections } = secrets;
  const child = await spawnChild({
    command: process.execPath,
    args: [join(root, 'services', 'gateway', 'src', 'seed-demo.ts')],
    cwd: root,
    env: {
      ...env,
      GATEWAY_DATABASE_URL: gatewayDatabaseUrl,
      SECRETS_KEY: secrets.secrets_key,
      SIMULATOR_URL: simulatorUrl,
    },
    logFile,
    stdin: JSON.stringify({ api_key, admin_key, connections, simulator_url: simulatorUrl }),
  });
  const { code } = await child.exited;
  if (code === 0) return;
  const words = lastWords(logSince(logFile, logStart)) || 'no reason given';
  throw new StartError('not_ready', `The demo account cannot be made: ${words}. Details: ${logFile}`);
}
