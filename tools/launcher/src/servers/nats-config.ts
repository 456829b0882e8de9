import { natsUserPassword, natsUsers } from './nats-users.ts';

/**
 * The whole configuration file of our nats-server: one user per service, and `parley`, who may do everything and is
 * for tools and people.
 */
export function natsConfig(server: {
  port: number;
  password: string;
  storeDir: string;
  pidFile: string;
  maxFileStoreBytes: number;
}): string {
  // sync_interval stays at its default on purpose: what must not be lost is in PostgreSQL before it is published,
  // and syncing every message would cost one flush each.
  return `${[
    'server_name: parley',
    `listen: "127.0.0.1:${server.port}"`,
    `pid_file: ${JSON.stringify(server.pidFile)}`,
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
  ].join('\n')}\n`;
}
