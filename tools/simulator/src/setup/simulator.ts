import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { replying } from '../http/door.ts';
import { problem, type Reply } from '../http/reply.ts';
import type { Config } from './config.ts';
import { routes, type Doors } from './routes.ts';
import { createWorld, type World } from './world.ts';

/** Longer than any client keeps an idle connection, so that none breaks under a call. */
const KEEP_ALIVE_MS = 120_000;

/** A simulator that listens. */
export interface Simulator {
  /** Base URL without a trailing slash. */
  url: string;
  /** Breaks every connection and delivers nothing any more. */
  close(): Promise<void>;
}

/** Starts to listen. Rejects with Node's system error when the port cannot be had. */
export async function startSimulator(config: Config): Promise<Simulator> {
  const world = createWorld(config);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handler(world));
  await listen(server, config);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.PORT;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      world.receipts.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await world.gateway.close();
    },
  };
}

function listen(server: Server, { PORT, HOST }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(PORT, HOST, resolve);
  });
}

function handler(world: World): (request: IncomingMessage, response: ServerResponse) => void {
  const table = routes(world);
  return (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const doors = table.get(path);
    const door = doors?.[request.method ?? ''] ?? replying(() => missing(path, doors));
    // A call that breaks off has nobody left to be answered.
    door(request, response, query).catch(() => request.destroy());
  };
}

function missing(path: string, doors: Doors | undefined): Reply {
  if (doors === undefined) return problem('not_found', `nothing is at ${path}`);
  const allow = Object.keys(doors).join(', ');
  const reply = problem('method_not_allowed', `${path} takes ${allow}`);
  return { ...reply, headers: { ...reply.headers, allow } };
}
