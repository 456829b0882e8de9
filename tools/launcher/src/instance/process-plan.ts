import { join } from 'node:path';
import type { PerService } from '../database/role-names.ts';
import { serviceNames } from '../services.ts';
import type { ServiceName } from '../services.ts';

/** What runs besides the servers. */
export type ProgramName = ServiceName | 'simulator';

/** One process to run. */
export interface ProcessPlan {
  /** `dispatcher`; further replicas `dispatcher.2`, `dispatcher.3` … */
  name: string;
  /** The name as people are shown it. */
  title: string;
  program: ProgramName;
  /** Relative to the repository. */
  script: string;
  /** Options for Node itself. */
  nodeArgs: string[];
  env: Record<string, string>;
  /** Its port of health and metrics; the simulator's only one. */
  port: number;
}

/** Where the services find everything. */
export interface Wiring {
  host: string;
  gatewayPort: number;
  databaseUrls: PerService;
  /** What each service connects with. */
  natsUrls: PerService;
  /** SECRETS_KEY of those that need it. */
  secretsKey: string;
  /** Where the gateway is reached, for links in what is sent. */
  publicUrl: string;
}

/** The simulator's process; `connections` is its CONNECTIONS. */
export function planSimulator(at: {
  gatewayUrl: string;
  simulatorPort: number;
  connections: string;
}): ProcessPlan {
  return {
    name: 'simulator',
    title: 'Simulator',
    program: 'simulator',
    script: join('tools', 'simulator', 'src', 'main.ts'),
    nodeArgs: [],
    env: {
      PORT: String(at.simulatorPort),
      GATEWAY_URL: at.gatewayUrl,
      CONNECTIONS: at.connections,
    },
    port: at.simulatorPort,
  };
}

/**
 * The services' processes in starting order. Each gets the URLs of its own database role and of its own user of the bus,
 * and no other's. `nextPort` gives each its port for health and metrics; further gateways listen on such a port too.
 */
export async function planServices(
  wiring: Wiring,
  { replicas, nextPort }: { replicas: Partial<Record<ServiceName, number>>; nextPort(): Promise<number> },
): Promise<ProcessPlan[]> {
  const plans: ProcessPlan[] = [];
  for (const service of serviceNames) {
    for (let replica = 1; replica <= (replicas[service] ?? 1); replica += 1) {
      const port = await nextPort();
      const listen = replica === 1 ? wiring.gatewayPort : await nextPort();
      plans.push(planService(service, { wiring, replica, port, listen }));
    }
  }
  return plans;
}

/** What the caller of the launcher wants different for this process. */
export function customise(
  plan: ProcessPlan,
  wishes: {
    envOf?: Partial<Record<ProgramName, Record<string, string>>>;
    nodeArgsOf?: Partial<Record<ProgramName, string[]>>;
  },
): ProcessPlan {
  const env = { ...plan.env, ...wishes.envOf?.[plan.program] };
  return { ...plan, env, nodeArgs: wishes.nodeArgsOf?.[plan.program] ?? plan.nodeArgs };
}

/**
 * What every process inherits of the launcher's environment: everything but what belongs to npm, and the
 * superuser's URL, which no service may have.
 */
export function inheritedEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = (name: string): boolean => name === 'POSTGRES_URL' || name.startsWith('npm_');
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign(name)));
}

function planService(
  service: ServiceName,
  { wiring, replica, port, listen }: { wiring: Wiring; replica: number; port: number; listen: number },
): ProcessPlan {
  const name = replica === 1 ? service : `${service}.${replica}`;
  return {
    name,
    title: name.charAt(0).toUpperCase() + name.slice(1),
    program: service,
    script: join('services', service, 'src', 'main.ts'),
    nodeArgs: [],
    env: {
      [`${service.toUpperCase()}_DATABASE_URL`]: wiring.databaseUrls[service],
      ...(service !== 'gateway' && { DIRECTORY_DATABASE_URL: wiring.databaseUrls[service] }),
      ...(service !== 'reporting' && { SECRETS_KEY: wiring.secretsKey }),
      ...(service === 'dispatcher' && { PUBLIC_URL: wiring.publicUrl }),
      NATS_URL: wiring.natsUrls[service],
      // Where readiness is asked for, whatever the environment says.
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: String(port),
      ...(service === 'gateway' && { PORT: String(listen), HOST: wiring.host }),
    },
    port,
  };
}
