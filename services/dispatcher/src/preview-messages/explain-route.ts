import type { MessageType } from '@parley/contracts/message-type';
import type { AccountDirectory, Connection } from '@parley/platform/directory';
import type { Health, Standings } from '../lanes/standings.ts';
import { chooseRoute, routesOf, type Route } from '../send-message/choose-route.ts';

/** The connection that would be called for a message. */
export interface ExplainedRoute {
  connection: Connection | null;
  /** Why this connection, or why none, in words. */
  reason: string;
  /** Too many of its calls failed, and nobody can say when it will be back. */
  isBroken: boolean;
}

const TROUBLE: Record<Exclude<Health, 'well'>, string> = {
  paused: 'is paused',
  open: 'failed too often',
  half_open: 'failed too often and is about to be tried',
};

/** Makes the same choice as sending does, for a message of this type that is sent now, and says why. */
export function explainRoute(
  account: AccountDirectory | null,
  type: MessageType,
  healthOf: Standings['healthOf'],
): ExplainedRoute {
  if (type === 'chat') return { connection: null, reason: 'chat needs no connection', isBroken: false };
  const routes = routesOf(account, type);
  const choice = chooseRoute(routes, null, healthOf);
  if (choice === null)
    return {
      connection: null,
      reason: `the account has no connection that can send ${type}`,
      isBroken: false,
    };
  const { connection } = choice.route;
  const health = healthOf(connection.id);
  return {
    connection,
    reason: reasonFor(choice.route, routes, { type, healthOf }),
    isBroken: health === 'open' || health === 'half_open',
  };
}

interface Context {
  type: MessageType;
  healthOf: Standings['healthOf'];
}

function reasonFor(route: Route, routes: readonly Route[], { type, healthOf }: Context): string {
  const trouble = (some: readonly Route[]) =>
    some.flatMap(({ connection: { id } }) => {
      const health = healthOf(id);
      return health === 'well' ? [] : [`${id} ${TROUBLE[health]}`];
    });
  const place =
    routes.length === 1
      ? `it is the only connection that can send ${type}`
      : `it comes first among the ${routes.length} connections that can send ${type}`;
  if (healthOf(route.connection.id) !== 'well') return `${place}; ${trouble(routes).join(', ')}`;
  const passedOver = trouble(routes.slice(0, routes.indexOf(route)));
  return passedOver.length === 0 ? place : `it comes next: ${passedOver.join(', ')}`;
}
