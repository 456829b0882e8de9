import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { dataLayout } from '../data/layout.ts';
import { reasonOf, StartError, systemCode } from '../start-error.ts';
import type { Instance } from './instance.ts';

const connection = z.object({
  provider: z.string(),
  path: z.string(),
  scheme: z.enum(['hmac-sha256-hex', 'standard-webhooks']),
  header: z.string().optional(),
  secret: z.string(),
});

const instanceFile = z.object({
  base_url: z.url(),
  api_key: z.string(),
  admin_key: z.string(),
  simulator_url: z.url(),
  /** Where the services themselves reach the simulator; differs where they are in a network of their own. */
  providers_url: z.url(),
  /** Superuser URL. */
  postgres_url: z.url(),
  /** May be several with commas. */
  nats_url: z.string(),
  connections: z.record(
    z.string(),
    connection.transform(({ header, ...rest }) => (header === undefined ? rest : { ...rest, header })),
  ),
});
/** What `parley.json` tells scripts of a running instance. */
export type InstanceFile = z.input<typeof instanceFile>;

/** What is needed to talk to a Parley that runs, whoever started it. */
export interface Endpoint extends Pick<
  Instance,
  'baseUrl' | 'apiKey' | 'adminKey' | 'simulatorUrl' | 'connections' | 'postgresUrl' | 'natsUrl'
> {
  providersUrl: string;
}

/** How an instance of our own is reached: by its services as from here. */
export function endpointOf(instance: Instance): Endpoint {
  const { baseUrl, apiKey, adminKey, simulatorUrl, connections, postgresUrl, natsUrl } = instance;
  const providersUrl = simulatorUrl;
  return { baseUrl, apiKey, adminKey, simulatorUrl, providersUrl, connections, postgresUrl, natsUrl };
}

/** The content of an instance's `parley.json`. */
export function describeInstance(instance: Endpoint): InstanceFile {
  return {
    base_url: instance.baseUrl,
    api_key: instance.apiKey,
    admin_key: instance.adminKey,
    simulator_url: instance.simulatorUrl,
    providers_url: instance.providersUrl,
    postgres_url: instance.postgresUrl,
    nats_url: instance.natsUrl,
    connections: instance.connections,
  };
}

/** Reads a `parley.json`; null when there is none. Throws `bad_usage` when it is no such file. */
export async function readInstanceFile(path: string): Promise<Endpoint | null> {
  try {
    const file = instanceFile.parse(JSON.parse(await readFile(path, 'utf8')));
    return {
      baseUrl: file.base_url,
      apiKey: file.api_key,
      adminKey: file.admin_key,
      simulatorUrl: file.simulator_url,
      providersUrl: file.providers_url,
      postgresUrl: file.postgres_url,
      natsUrl: file.nats_url,
      connections: file.connections,
    };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new StartError('bad_usage', `${path} does not describe a running Parley: ${whyNot(error)}.`, {
      cause: error,
    });
  }
}

/** The Parley that runs on a data directory. Throws `bad_usage` when none does. */
export async function runningOn(data: string): Promise<Endpoint> {
  const found = await readInstanceFile(dataLayout(data).instance);
  if (found !== null) return found;
  const sentence = `No Parley runs on ${data}; start one, or name its directory with --data.`;
  throw new StartError('bad_usage', sentence);
}

/** In one line, and without what it says: keys may be among it. */
function whyNot(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is not JSON';
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  const wrong = new Set(error.issues.map(({ path }) => path.join('.')));
  return wrong.has('') ? 'it is no JSON object' : `${[...wrong].join(', ')} missing or wrong`;
}
