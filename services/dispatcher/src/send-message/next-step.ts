import type { ConnectionId } from '@parley/contracts/ids';
import type { SendMessageWork } from '@parley/contracts/work/send-message';
import type { Directory } from '@parley/platform/directory';
import type { Breakers } from '../lanes/breakers.ts';
import type { Parking } from '../lanes/park.ts';
import type { Standings } from '../lanes/standings.ts';
import { chooseRoute, routeOf, routesOf, type Route } from './choose-route.ts';

/** What is to be done with a message from the bus. */
export type NextStep =
  /** It can be called for at once; `isTry`: to find out whether the connection is back. */
  | { step: 'call'; route: Route; isTry: boolean }
  /** It waits for its turn in a lane. */
  | ({ step: 'lane' } & Omit<Parking, 'message_id'>)
  /** There is no connection that can send it. */
  | { step: 'nowhere' };

export interface StepOptions {
  directory: Pick<Directory, 'account' | 'connection'>;
  standings: Standings;
  breakers: Pick<Breakers, 'tryOnce'>;
}

/** Finds out through which connection a message is to be sent, and whether now. Throws `Unavailable`. */
export async function findNextStep(work: SendMessageWork, options: StepOptions): Promise<NextStep> {
  return work.only === null ? findAny(work, options) : findOnly(work, work.only, options);
}

async function findAny(work: SendMessageWork, options: StepOptions): Promise<NextStep> {
  const { directory, standings, breakers } = options;
  const routes = routesOf(await directory.account(work.account_id), work.type);
  const choice = chooseRoute(routes, work.avoid, standings.healthOf);
  if (choice === null) return { step: 'nowhere' };
  for (const route of choice.toTry)
    if (await breakers.tryOnce(route.connection.id)) return { step: 'call', route, isTry: true };
  return choice.isWell ? turnOf(work, choice.route, standings) : outOfOrder(choice.route.connection.id);
}

/** The way through the connection that may have sent the message already, enabled or not. */
async function findOnly(work: SendMessageWork, only: ConnectionId, options: StepOptions): Promise<NextStep> {
  const { directory, standings, breakers } = options;
  const route = routeOf(await directory.connection(only));
  if (route === null) return { step: 'nowhere' };
  const health = standings.healthOf(only);
  if (health === 'well') return turnOf(work, route, standings);
  const isTry = health === 'half_open' && (await breakers.tryOnce(only));
  return isTry ? { step: 'call', route, isTry } : outOfOrder(only);
}

function turnOf({ from }: SendMessageWork, route: Route, standings: Standings): NextStep {
  const { id: connection_id, rate_per_second } = route.connection;
  if (standings.isPaused({ connection_id, sender: from }))
    return { step: 'lane', connection_id, reason: 'throttled' };
  return rate_per_second === null
    ? { step: 'call', route, isTry: false }
    : { step: 'lane', connection_id, reason: null };
}

function outOfOrder(connection_id: ConnectionId): NextStep {
  return { step: 'lane', connection_id, reason: 'provider_unavailable' };
}
