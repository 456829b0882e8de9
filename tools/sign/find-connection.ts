import { readFile } from 'node:fs/promises';
import { dataLayout } from '@parley/launcher/data/layout';
import { StartError, systemCode } from '@parley/launcher/start-error';
import { z } from 'zod';

const connection = z.object({ provider: z.string(), path: z.string(), secret: z.string() });
const instance = z.object({ base_url: z.url(), connections: z.record(z.string(), connection) });

/** What signing for a connection needs. */
export type SigningConnection = Omit<z.infer<typeof connection>, 'path'> & {
  /** Where its webhooks are sent. */
  url: string;
};

/** A connection of the Parley that runs on a data directory. Throws `bad_usage` where there is none. */
export async function findConnection(data: string, id: string): Promise<SigningConnection> {
  const { base_url, connections } = instance.parse(JSON.parse(await readInstance(data)));
  const found = Object.hasOwn(connections, id) ? connections[id] : undefined;
  if (found === undefined) {
    const known = Object.keys(connections).join(', ');
    throw new StartError('bad_usage', `There is no connection ${id}; there are ${known}.`);
  }
  const { path, ...rest } = found;
  return { ...rest, url: base_url + path };
}

async function readInstance(data: string): Promise<string> {
  try {
    return await readFile(dataLayout(data).instance, 'utf8');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new StartError(
      'bad_usage',
      `No Parley runs on ${data}; start one, or name its directory with --data.`,
    );
  }
}
