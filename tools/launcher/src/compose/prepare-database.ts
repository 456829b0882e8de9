import { tmpdir } from 'node:os';
import { provision } from '../database/provision.ts';
import { givenUrl } from '../instance/given-url.ts';
import { inheritedEnv } from '../instance/process-plan.ts';
import { seedDemo } from '../instance/seed.ts';
import { REPOSITORY } from '../repository.ts';
import { superuserUrl } from './decide-secrets.ts';
import type { Keys } from './keep-secrets.ts';
import { PLACES } from './places.ts';

/**
 * Brings the project's database up to date: roles, schemas, migrations and the demo account. POSTGRES_URL names
 * another server than the project's own. Throws a StartError when it cannot.
 */
export async function prepareDatabase({ secrets, passwords }: Keys): Promise<readonly string[]> {
  const { urls, applied } = await provision({
    superuserUrl: givenUrl('POSTGRES_URL', undefined) ?? superuserUrl(passwords),
    passwords: secrets.database_passwords,
    root: REPOSITORY,
    remedy: 'look at its log',
  });
  await seedDemo({
    root: REPOSITORY,
    logs: tmpdir(),
    env: inheritedEnv(process.env),
    gatewayDatabaseUrl: urls.gateway,
    simulatorUrl: PLACES.simulator,
    secrets,
  });
  return applied;
}
