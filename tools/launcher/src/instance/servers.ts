import { connect } from 'node:net';
import { join } from 'node:path';
import type { DataLayout } from '../data/layout.ts';
import { natsUrlOf } from '../servers/nats-users.ts';
import { startNats } from '../servers/nats.ts';
import type { NatsServer } from '../servers/nats.ts';
import { perService } from '../database/role-names.ts';
import type { PerService } from '../database/role-names.ts';
import { startPostgres } from '../servers/postgres.ts';
import type { PostgresServer } from '../servers/postgres.ts';
import { StartError } from '../start-error.ts';
import type { Progress } from './progress.ts';
import { superviseServer } from './supervised-server.ts';
import type { SupervisedServer } from './supervised-server.ts';

/** The two servers of an instance: our own, or those that URLs point to. */
export interface Servers {
  /** Superuser URL. */
  postgresUrl: string;
  /** May do everything on our own server. */
  natsUrl: string;
  /** What each service connects with: a user of its own on our own server, else what was given. */
  natsUrls: PerService;
  /** Null when it is not ours. */
  postgres: SupervisedServer<PostgresServer> | null;
  nats: SupervisedServer<NatsServer> | null;
}

/** Which servers to use. */
export interface ServersOptions {
  layout: DataLayout;
  /** Of servers that run already; ours are started where absent. */
  postgresUrl: string | undefined;
  natsUrl: string | undefined;
  fsync: boolean;
  progress: Progress;
  /** Stops what was started, the last first. */
  cleanup: AsyncDisposableStack;
}

/** Starts the servers that no URL is given for, both at once. Throws a StartError when one cannot serve. */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { layout, fsync, progress, cleanup } = options;
  const announce = (line: string): void => progress.say(line);
  const postgres = superviseServer('postgres', {
    startFirst: () =>
      startPostgres({ dataDir: layout.postgres, logFile: join(layout.logs, 'postgres.log'), fsync }),
    announce,
  });
  const nats = superviseServer('nats', {
    startFirst: () => startNats({ dataDir: layout.nats, logFile: join(layout.logs, 'nats.log') }),
    announce,
  });
  const own = [
    ...(options.postgresUrl ? [] : [{ name: 'PostgreSQL', server: postgres }]),
    ...(options.natsUrl ? [] : [{ name: 'NATS', server: nats }]),
  ];
  for (const { server } of own) cleanup.defer(() => server.supervisor.stop());
  const reachable = options.natsUrl ? checkReachable(options.natsUrl) : undefined;
  await Promise.all([
    reachable,
    ...own.map(({ name, server }) => progress.step(name, () => server.supervisor.start())),
  ]);
  const natsUrl = options.natsUrl ?? nats.server().url;
  return {
    postgresUrl: options.postgresUrl ?? postgres.server().url,
    natsUrl,
    natsUrls: perService((service) => options.natsUrl ?? natsUrlOf(natsUrl, service)),
    postgres: options.postgresUrl ? null : postgres,
    nats: options.natsUrl ? null : nats,
  };
}

/** A list of servers is fine when the first of them answers. */
async function checkReachable(natsUrl: string): Promise<void> {
  const { hostname, port } = new URL(natsUrl.split(',')[0] ?? natsUrl);
  const opened = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 4222), timeout: 3000 });
    const end = (answered: boolean) => (): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
  if (opened) return;
  throw new StartError('not_ready', `NATS at ${hostname}:${port || 4222} cannot be reached; check NATS_URL.`);
}
