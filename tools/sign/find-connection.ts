import { runningOn } from '@parley/launcher/instance/instance-file';
import { StartError } from '@parley/launcher/start-error';

/** What signing for a connection needs. */
export interface SigningConnection {
  provider: string;
  secret: string;
  /** Where its webhooks are sent. */
  url: string;
}

/** A connection of the Parley that runs on a data directory. Throws `bad_usage` where there is none. */
export async function findConnection(data: string, id: string): Promise<SigningConnection> {
  const { baseUrl, connections } = await runningOn(data);
  const found = Object.hasOwn(connections, id) ? connections[id] : undefined;
  if (found === undefined) {
    const known = Object.keys(connections).join(', ');
    throw new StartError('bad_usage', `There is no connection ${id}; there are ${known}.`);
  }
  const { provider, secret, path } = found;
  return { provider, secret, url: baseUrl + path };
}
