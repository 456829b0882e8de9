import type { ConnectionId } from '@parley/contracts/ids';
import type { MessageType } from '@parley/contracts/message-type';
import type { AccountDirectory, Connection } from '@parley/platform/directory';
import type { Provider } from '@parley/providers/provider';
import { providerNamed } from '@parley/providers/registry';
import type { Health } from '../lanes/standings.ts';

/** A connection that can be called. */
export interface Route {
  connection: Connection;
  provider: Provider;
  url: string;
}

/** The way of a message. */
export interface Choice {
  route: Route;
  /** Whether that connection can be called now; if not, none can. */
  isWell: boolean;
  /** Connections that would be preferred, if a try shows that they are back. */
  toTry: Route[];
}

/** The enabled connections of an account that can send a type, those preferred first. */
export function routesOf(account: AccountDirectory | null, type: MessageType): Route[] {
  const routes: Route[] = [];
  for (const connection of account?.connections ?? []) {
    if (!connection.types.includes(type)) continue;
    const route = routeOf(connection);
    if (route?.provider.types.includes(type)) routes.push(route);
  }
  return routes;
}

/**
 * The first connection that is well, or after `avoid`, which has just failed, the next one, as long as there is another;
 * when none is well, the first of all. Null when there are none.
 */
export function chooseRoute(
  routes: readonly Route[],
  avoid: ConnectionId | null,
  healthOf: (connection: ConnectionId) => Health,
): Choice | null {
  const well = routes.filter(({ connection }) => healthOf(connection.id) === 'well');
  const next = avoid === null ? undefined : alternativesTo(avoid, routes, healthOf)[0];
  const route = next ?? well[0] ?? routes[0];
  if (route === undefined) return null;
  const isWell = well.length > 0;
  const preferred = isWell ? routes.slice(0, routes.indexOf(route)) : routes;
  const toTry = preferred.filter(({ connection: { id } }) => id !== avoid && healthOf(id) === 'half_open');
  return { route, isWell, toTry };
}

/** The connections that could send what another one did not, each after those that it comes behind, round and round. */
export function alternativesTo(
  failed: ConnectionId,
  routes: readonly Route[],
  healthOf: (connection: ConnectionId) => Health,
): Route[] {
  const place = routes.findIndex(({ connection }) => connection.id === failed);
  const others = [...routes.slice(place + 1), ...routes.slice(0, Math.max(place, 0))];
  return others.filter(({ connection }) => healthOf(connection.id) === 'well');
}

/** How a connection is called; null when it only receives or nobody knows its provider. */
export function routeOf(connection: Connection | null): Route | null {
  if (connection === null || connection.url === null) return null;
  const provider = providerNamed(connection.provider);
  return provider === null ? null : { connection, provider, url: connection.url };
}
