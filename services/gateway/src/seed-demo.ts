import { text } from 'node:stream/consumers';
import { createDatabase } from '@parley/platform/db';
import { messageOf, readConfig } from '@parley/platform/runtime';
import { gatewayConfig } from './config.ts';
import type { Tables } from './database.ts';
import { demoSecrets, type DemoSecrets } from './seed-demo/decide.ts';
import { seedDemo } from './seed-demo/store.ts';

/**
 * Makes the demo account, or brings it up to date: reads its secrets as JSON from standard input, where no process
 * list shows them. Exits 0, or 1 with one line that says why.
 */
async function main(): Promise<void> {
  const { GATEWAY_DATABASE_URL: url, SECRETS_KEY: keyring } = readConfig(
    gatewayConfig.pick({ GATEWAY_DATABASE_URL: true, SECRETS_KEY: true }),
    process.env,
  );
  const secrets = readSecrets(await text(process.stdin));
  const db = createDatabase<Tables>({ url, schema: 'gateway', maxConnections: 1 });
  try {
    await seedDemo(db, keyring, secrets);
  } finally {
    await db.destroy();
  }
}

/** Throws an error that names what is wrong and quotes nothing of it. */
function readSecrets(input: string): DemoSecrets {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    throw new Error('standard input is not JSON');
  }
  const result = demoSecrets.safeParse(value);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`error: the demo account could not be made: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
