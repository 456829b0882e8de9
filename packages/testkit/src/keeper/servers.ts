import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command, Running } from './protocol.ts';
import type { ServerKind, StartServer, TestServer } from './test-server.ts';

/** What one client may do with servers. */
export interface ClientServers {
  /** Carries out one command. Throws what went wrong. */
  carryOut(command: Command): Promise<Running | null>;
  /** Ends and removes every server of the client's own. */
  close(): Promise<void>;
}

/** All servers of a keeper. */
export interface Servers {
  forClient(): ClientServers;
  /** Ends and removes what is left. */
  close(): Promise<void>;
}

/** Starts servers in folders of `directory`; the shared PostgreSQL only when somebody asks for it. */
export function createServers(directory: string, start: StartServer): Servers {
  let shared: Promise<TestServer> | undefined;
  let count = 0;

  async function begin(kind: ServerKind): Promise<{ number: number; server: TestServer }> {
    const number = (count += 1);
    const folder = join(directory, `${kind}-${number}`);
    // Entered, but not listed, by the user that PostgreSQL runs as.
    await mkdir(folder, { recursive: true, mode: 0o711 });
    return { number, server: await start(kind, folder) };
  }

  async function share(): Promise<Running> {
    shared ??= begin('postgres').then(({ server }) => server);
    // A failure is told, and tried again by the next who asks.
    shared.catch(() => (shared = undefined));
    return { server: 0, url: (await shared).url };
  }

  return {
    forClient: () => clientServers(begin, share),
    close: async () => (await shared?.catch(() => undefined))?.remove(),
  };
}

function clientServers(
  begin: (kind: ServerKind) => Promise<{ number: number; server: TestServer }>,
  share: () => Promise<Running>,
): ClientServers {
  const own = new Map<number, TestServer>();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  async function start(kind: ServerKind): Promise<Running> {
    const { number, server } = await begin(kind);
    own.set(number, server);
    if (closed) await end();
    return { server: number, url: server.url };
  }

  async function carryOut(command: Command): Promise<Running | null> {
    if (command.do === 'share-postgres') return share();
    if (command.do === 'start') return start(command.kind);
    const server = own.get(command.server);
    if (server === undefined) throw new Error('there is no such server');
    if (command.do === 'stop') await server.stop();
    else if (command.do === 'kill') await server.kill();
    else await server.restart({ wipe: command.wipe ?? false });
    return null;
  }

  async function end(): Promise<void> {
    const servers = [...own.values()];
    own.clear();
    await Promise.all(servers.map((server) => server.remove()));
  }

  return {
    carryOut: (command) => {
      const run = carryOut(command);
      const settled = run.catch(() => {}).finally(() => underWay.delete(settled));
      underWay.add(settled);
      return run;
    },
    close: async () => {
      closed = true;
      await Promise.all(underWay);
      await end();
    },
  };
}
