import type { Secrets } from '../data/secrets.ts';
import { roleUrls } from '../database/role-names.ts';
import { demoConnections, simulatorConnections } from '../instance/demo-connections.ts';
import { natsConfig } from '../servers/nats-config.ts';
import { natsUrlOf } from '../servers/nats-users.ts';
import type { ServiceName } from '../services.ts';
import { PLACES } from './places.ts';
import type { SecretOwner } from './places.ts';

/** Passwords of the servers themselves. */
export interface ServerPasswords {
  /** Of PostgreSQL's superuser. */
  postgres: string;
  /** Of the user of NATS that may do everything. */
  nats: string;
  /** Between the members of a NATS cluster. */
  route: string;
  /** Of Grafana's administrator. */
  grafana: string;
}

/** Content by file name. */
export type SecretFiles = Readonly<Record<string, string>>;

const NATS_PORT = 4222;
const ROUTE_PORT = 6222;
const MAX_FILE_STORE_BYTES = 8 * 1024 ** 3;

/** What PostgreSQL's superuser connects with. */
export function superuserUrl(
  { postgres }: Pick<ServerPasswords, 'postgres'>,
  host: string = PLACES.postgres,
): string {
  return `postgres://postgres:${postgres}@${host}/parley`;
}

/** What whoever may do everything on the bus connects with. */
export function busUrl({ nats }: Pick<ServerPasswords, 'nats'>, host: string): string {
  return `nats://parley:${nats}@${host}`;
}

/** The files of every volume of secrets: each owner has what it needs itself and nothing of anybody else's. */
export function decideSecrets(
  secrets: Secrets,
  passwords: ServerPasswords,
): Readonly<Record<SecretOwner, SecretFiles>> {
  const urls = roleUrls(superuserUrl(passwords), secrets.database_passwords);
  const bus = (user: ServiceName, hosts: readonly string[]): string =>
    hosts.map((host) => natsUrlOf(busUrl(passwords, `${host}:${NATS_PORT}`), user)).join(',');
  const service = (name: ServiceName): SecretFiles => ({
    [`${name.toUpperCase()}_DATABASE_URL`]: urls[name],
    ...(name !== 'gateway' && { DIRECTORY_DATABASE_URL: urls[name] }),
    ...(name !== 'reporting' && { SECRETS_KEY: secrets.secrets_key }),
    NATS_URL: bus(name, [PLACES.nats]),
    NATS_CLUSTER_URL: bus(name, PLACES.natsCluster),
  });
  return {
    gateway: service('gateway'),
    ingest: service('ingest'),
    dispatcher: service('dispatcher'),
    reporting: service('reporting'),
    simulator: { CONNECTIONS: simulatorConnections(demoConnections(secrets)) },
    postgres: { PASSWORD: passwords.postgres },
    grafana: { PASSWORD: passwords.grafana },
    nats: natsFiles(passwords),
  };
}

function natsFiles({ nats, route }: ServerPasswords): SecretFiles {
  const alone = {
    host: '0.0.0.0',
    port: NATS_PORT,
    password: nats,
    storeDir: '/data',
    maxFileStoreBytes: MAX_FILE_STORE_BYTES,
    healthPort: 8222,
  };
  const cluster = { routes: PLACES.natsCluster, port: ROUTE_PORT, password: route };
  return { 'nats.conf': natsConfig(alone), 'cluster.conf': natsConfig({ ...alone, cluster }) };
}
