import type { ServiceName } from '../services.ts';

/** Who has a volume of secrets. */
export type SecretOwner = ServiceName | 'postgres' | 'nats' | 'simulator' | 'grafana';

/** Where everything is in a Compose project, by the names that docker-compose.yml and its override files give. */
export const PLACES = {
  postgres: 'postgres:5432',
  nats: 'nats',
  /** The servers of a cluster. */
  natsCluster: ['nats', 'nats-2', 'nats-3'],
  simulator: 'http://simulator:8090',
  /** Volumes of secrets are mounted below it, by the names of their owners, and `keys`, which has them all. */
  secrets: '/secrets',
} as const;
