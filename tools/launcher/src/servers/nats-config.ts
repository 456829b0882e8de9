import { natsUserPassword, natsUsers } from './nats-users.ts';

/** What a nats-server of ours is told. */
export interface NatsSetting {
  /** Listened on. Default 127.0.0.1. */
  host?: string;
  port: number;
  password: string;
  storeDir: string;
  /** None where the server is found by other means, as in a container. */
  pidFile?: string;
  maxFileStoreBytes: number;
  /** Port of its health, on loopback only; none unless given. */
  healthPort?: number;
  /** The other servers of its cluster, and what all of them know each other by; alone unless given. */
  cluster?: { routes: readonly string[]; port: number; password: string };
}

/**
 * The whole configuration file of our nats-server: one user per service, and `parley`, who may do everything and is
 * for tools and people.
 */
export function natsConfig(server: NatsSetting): string {
  // sync_interval stays at its default on purpose: what must not be lost is in PostgreSQL before it is published,
  // and syncing every message would cost one flush each.
  return `${[
    // Members of a cluster share this file and have names of their own.
    server.cluster ? 'server_name: $SERVER_NAME' : 'server_name: parley',
    `listen: "${server.host ?? '127.0.0.1'}:${server.port}"`,
    ...(server.pidFile === undefined ? [] : [`pid_file: ${JSON.stringify(server.pidFile)}`]),
    ...(server.healthPort === undefined ? [] : [`http: "127.0.0.1:${server.healthPort}"`]),
    'max_payload: 4MB',
    'authorization {',
    '  users = [',
    `    { user: parley, password: ${JSON.stringify(server.password)} }`,
    natsUsers((user) => JSON.stringify(natsUserPassword(server.password, user))),
    '  ]',
    '}',
    'jetstream {',
    `  store_dir: ${JSON.stringify(server.storeDir)}`,
    '  max_memory_store: 256MB',
    `  max_file_store: ${server.maxFileStoreBytes}`,
    '}',
    ...(server.cluster ? clusterLines(server.cluster) : []),
  ].join('\n')}\n`;
}

function clusterLines({ routes, port, password }: NonNullable<NatsSetting['cluster']>): string[] {
  const urls = routes.map((host) => JSON.stringify(`nats://route:${password}@${host}:${port}`));
  return [
    'cluster {',
    '  name: parley',
    `  listen: "0.0.0.0:${port}"`,
    `  authorization { user: route, password: ${JSON.stringify(password)} }`,
    `  routes: [${urls.join(', ')}]`,
    '}',
  ];
}
