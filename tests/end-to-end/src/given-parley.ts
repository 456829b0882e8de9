import { readInstanceFile, type Endpoint } from '@parley/launcher/instance/instance-file';
import { DEFAULT_DATA } from '@parley/launcher/repository';
import { dataLayout } from '@parley/launcher/data/layout';

/** Where a Parley is that the tests neither set up nor may stop; its `parley.json` is that of `npm start` by default. */
const { PARLEY_BASE_URL: baseUrl, PARLEY_FILE: files } = process.env;

/**
 * The `parley.json` of the Parley that test files use one after the other, each as if it were alone: PARLEY_FILE names
 * one for each of Jest's workers, with commas. Undefined when each file starts its own. Throws for a worker without one.
 */
export function givenParleyFile(): string | undefined {
  if (baseUrl === undefined && files === undefined) return undefined;
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1);
  const file = (files ?? dataLayout(DEFAULT_DATA).instance).split(',')[worker - 1];
  if (file !== undefined) return file;
  throw new Error(
    `There is no Parley for Jest's worker ${worker}: run it with -i, or name more in PARLEY_FILE`,
  );
}

/** The Parley that a `parley.json` describes, at PARLEY_BASE_URL if that is given. Throws when there is no such file. */
export async function readGiven(file: string): Promise<Endpoint> {
  const endpoint = await readInstanceFile(file);
  if (endpoint === null) throw new Error(`There is no ${file}, which is to describe a Parley that runs`);
  return { ...endpoint, baseUrl: baseUrl ?? endpoint.baseUrl };
}
