import { readInstanceFile, type Endpoint } from '@parley/launcher/instance/instance-file';
import { DEFAULT_DATA } from '@parley/launcher/repository';
import { dataLayout } from '@parley/launcher/data/layout';

/** Where the Parley is that the tests are to use; undefined = they start their own. */
const baseUrl = process.env['PARLEY_BASE_URL'];

/** Describes it, secrets included, as `parley.json` does. */
const file = process.env['PARLEY_FILE'] ?? dataLayout(DEFAULT_DATA).instance;

/** Whether the tests use a Parley that runs already: one that they neither set up nor may stop. */
export const isAttached = baseUrl !== undefined;

/** The Parley that runs already. Throws when nothing describes it. */
export async function attachedTo(): Promise<Endpoint> {
  const endpoint = await readInstanceFile(file);
  if (endpoint === null) throw new Error(`PARLEY_BASE_URL needs a parley.json, and ${file} is none`);
  return { ...endpoint, baseUrl: baseUrl ?? endpoint.baseUrl };
}
