import { demoConnections } from '../instance/demo-connections.ts';
import type { Endpoint } from '../instance/instance-file.ts';
import { busUrl, superuserUrl } from './decide-secrets.ts';
import type { Keys } from './keep-secrets.ts';
import { PLACES } from './places.ts';

/**
 * The project as it is reached from its host. The ports are those that its files publish, as the environment says;
 * all but the gateway's are published by ops/compose/open.yml only.
 */
export function reachProject({ secrets, passwords }: Keys, env: NodeJS.ProcessEnv): Endpoint {
  const port = (name: string, standard: number): string => `127.0.0.1:${env[name] || standard}`;
  return {
    baseUrl: `http://${port('PORT', 8080)}`,
    apiKey: secrets.api_key,
    adminKey: secrets.admin_key,
    simulatorUrl: `http://${port('SIMULATOR_PORT', 8090)}`,
    providersUrl: PLACES.simulator,
    postgresUrl: superuserUrl(passwords, port('POSTGRES_PORT', 5432)),
    natsUrl: busUrl(passwords, port('NATS_PORT', 4222)),
    connections: demoConnections(secrets),
  };
}
