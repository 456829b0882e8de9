import type { MessageType } from '@parley/contracts/message-type';
import type { AccountDirectory, Connection } from '@parley/platform/directory';
import type { Provider } from '@parley/providers/provider';
import { providerNamed } from '@parley/providers/registry';

/** A connection that can be called. */
export interface Route {
  connection: Connection;
  provider: Provider;
  url: string;
}

/** The enabled connection of lowest priority that can send this type; null when the account has none. */
export function chooseRoute(account: AccountDirectory | null, type: MessageType): Route | null {
  for (const connection of account?.connections ?? []) {
    if (!connection.types.includes(type)) continue;
    const route = routeOf(connection);
    if (route?.provider.types.includes(type)) return route;
  }
  return null;
}

/** How a connection is called; null when it only receives or nobody knows its provider. */
export function routeOf(connection: Connection | null): Route | null {
  if (connection === null || connection.url === null) return null;
  const provider = providerNamed(connection.provider);
  return provider === null ? null : { connection, provider, url: connection.url };
}
