import type { PerService } from '../database/role-names.ts';
import type { ServiceName } from '../services.ts';
import type { DemoConnection } from './demo-connections.ts';
import type { ProgramName } from './process-plan.ts';
import type { Progress } from './progress.ts';

/** How an instance is started. Everything but the data directory has a default. */
export interface InstanceOptions {
  dataDir: string;
  /** Of the gateway. Default: a free one. */
  port?: number;
  /** What the gateway listens on. Default 127.0.0.1. */
  host?: string;
  /** Deletes what is in the data directory first. Default false. */
  fresh?: boolean;
  /** Servers that run already; `null` = start our own. Default: POSTGRES_URL (a superuser's) and NATS_URL. */
  postgresUrl?: string | null;
  natsUrl?: string | null;
  /** What every process inherits. Default: the environment of this one. */
  inherited?: NodeJS.ProcessEnv;
  /** Additional environment for every process, and for single ones (which wins). */
  env?: Record<string, string>;
  envOf?: Partial<Record<ProgramName, Record<string, string>>>;
  /** Options for Node itself, such as `--cpu-prof`. */
  nodeArgsOf?: Partial<Record<ProgramName, string[]>>;
  /** How many processes of a service. Default 1 each. */
  replicas?: Partial<Record<ServiceName, number>>;
  /** False trades PostgreSQL's safety against power cuts for speed: for tests only. Default true. */
  fsync?: boolean;
  /** How long each process may take to become ready, in ms. Default 60,000. */
  readyTimeoutMs?: number;
  progress?: Progress;
  /** Ends a start that is under way: what has been started is stopped, and the start rejects. */
  signal?: AbortSignal;
  /** The repository whose programs are run. Default: this one. */
  root?: string;
}

/** One process of an instance as it is at this moment. */
export interface ProcessView {
  /** `gateway`, `dispatcher.2`, `postgres` … */
  name: string;
  program: ProgramName | 'postgres' | 'nats';
  /** Null between a death and the next start. */
  pid: number | null;
  /** How often it died without being asked to. */
  deaths: number;
  /** Base URL of /health and /metrics; null for those that have none. */
  operationsUrl: string | null;
  /** Where a gateway serves the API; null for everything else. */
  apiUrl: string | null;
  logFile: string;
}

/** A whole Parley that runs: servers, simulator and services. */
export interface Instance {
  readonly baseUrl: string;
  readonly simulatorUrl: string;
  /** Of the demo account: send and read. */
  readonly apiKey: string;
  /** Of the demo account: admin. */
  readonly adminKey: string;
  /** By id, with the secrets that sign their webhooks. */
  readonly connections: Readonly<Record<string, DemoConnection>>;
  /** Superuser URL of the instance's database. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly databaseUrls: PerService;
  /** A fresh look at every process, servers included where they are ours. */
  readonly processes: readonly ProcessView[];
  /**
   * Sends `signal` (default SIGKILL) to a process, or to all of a program, and resolves when they are gone. They are
   * started again as after any death. Throws when nothing of that name runs.
   */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Stops a process, or one of our own servers, and keeps it down until `startProcess`; NATS is killed. */
  stopProcess(name: string): Promise<void>;
  /** Starts a stopped process and waits until it is ready; of a server, until it answers. */
  startProcess(name: string): Promise<void>;
  /** Waits until every service says that it is ready; throws `not_ready` after the ready time-out. */
  untilReady(): Promise<void>;
  /** SIGKILLs NATS and starts it on the same port; `wipe` deletes the whole JetStream store in between. */
  restartNats(options?: { wipe?: boolean }): Promise<void>;
  /** Stops PostgreSQL, `immediate` as in a crash, and starts it on the same port. */
  restartPostgres(options?: { immediate?: boolean }): Promise<void>;
  /** Stops everything in reverse order: services, simulator, servers. Safe to call twice. */
  stop(): Promise<void>;
}
