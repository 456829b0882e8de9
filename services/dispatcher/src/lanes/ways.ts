import type { Connection, Directory } from '@parley/platform/directory';
import { routeOf, type Route } from '../send-message/choose-route.ts';
import type { BusyLane } from './find-lanes.ts';
import type { Standings } from './standings.ts';
import type { Wanted } from './take-store.ts';

/** A way in which messages of a lane can be sent now. */
export interface Way extends Pick<Wanted, 'which' | 'types'> {
  route: Route;
  /** The connection is half open: one message may try whether it is back, if nobody else does. */
  isTry: boolean;
}

export interface WayOptions {
  directory: Pick<Directory, 'account' | 'connection'>;
  standings: Standings;
}

/**
 * The ways in which the messages of a lane can be sent now: through its own connection, or, while that is not well,
 * through another one what surely was not sent. None while the lane is paused. Throws `Unavailable`.
 */
export async function waysOf(lane: BusyLane, { directory, standings }: WayOptions): Promise<Way[]> {
  const [own, account] = await Promise.all([
    directory.connection(lane.connection_id),
    directory.account(lane.account_id),
  ]);
  const route = routeOf(own);
  const isEnabled = account?.connections.some(({ id }) => id === lane.connection_id) ?? false;
  const health = standings.healthOf(lane.connection_id);
  if (route !== null && health === 'well' && isEnabled)
    return standings.isPaused(lane) ? [] : [{ route, which: 'all', types: null, isTry: false }];
  const ways: Way[] = [];
  if (route !== null && health === 'half_open' && isEnabled)
    ways.push({ route, which: 'all', types: null, isTry: true });
  // Who may have sent it already is asked again, even if it is disabled by now.
  if (route !== null && health === 'well') ways.push({ route, which: 'bound', types: null, isTry: false });
  const other = alternativeTo(lane, own, { connections: account?.connections ?? [], standings });
  return other === null ? ways : [...ways, other];
}

function alternativeTo(
  { connection_id, sender }: BusyLane,
  own: Connection | null,
  { connections, standings }: { connections: readonly Connection[]; standings: Standings },
): Way | null {
  for (const connection of connections) {
    const { id } = connection;
    if (id === connection_id || standings.healthOf(id) !== 'well') continue;
    const route = routeOf(connection);
    if (route === null || standings.isPaused({ connection_id: id, sender })) continue;
    const types = connection.types.filter((type) => route.provider.types.includes(type));
    const isFit = own === null || types.some((type) => own.types.includes(type));
    if (isFit) return { route, which: 'free', types, isTry: false };
  }
  return null;
}
