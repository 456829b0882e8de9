import { join } from 'node:path';
import type { Secrets } from '../data/secrets.ts';
import { withDatabase, databaseName } from '../database/role-names.ts';
import type { PerService } from '../database/role-names.ts';
import { sendSignal, startTime } from '../processes/identity.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { reachable } from '../reachable.ts';
import type { DemoConnection } from './demo-connections.ts';
import type { Instance, ProcessView } from './instance.ts';
import type { Servers } from './servers.ts';
import type { SupervisedProgram } from './supervised-program.ts';

/** Everything an instance was made of. */
export interface InstanceParts {
  baseUrl: string;
  simulatorUrl: string;
  secrets: Secrets;
  connections: Readonly<Record<string, DemoConnection>>;
  databaseUrls: PerService;
  servers: Servers;
  programs: readonly SupervisedProgram[];
  logs: string;
  readyTimeoutMs: number;
  cleanup: AsyncDisposableStack;
}

/** An instance that has been started; see `Instance` for what it promises. */
export class RunningInstance implements Instance {
  readonly baseUrl: string;
  readonly simulatorUrl: string;
  readonly apiKey: string;
  readonly adminKey: string;
  readonly connections: Readonly<Record<string, DemoConnection>>;
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly databaseUrls: PerService;
  readonly #parts: InstanceParts;

  constructor(parts: InstanceParts) {
    this.#parts = parts;
    this.baseUrl = parts.baseUrl;
    this.simulatorUrl = parts.simulatorUrl;
    this.apiKey = parts.secrets.api_key;
    this.adminKey = parts.secrets.admin_key;
    this.connections = parts.connections;
    this.natsUrl = parts.servers.natsUrl;
    this.postgresUrl = withDatabase(parts.servers.postgresUrl, databaseName(parts.servers.postgresUrl));
    this.databaseUrls = parts.databaseUrls;
  }

  get processes(): readonly ProcessView[] {
    const { servers, programs, logs } = this.#parts;
    const own = [servers.postgres, servers.nats].filter((server) => server !== null);
    return [
      ...own.map(({ supervisor: { name, pid, deaths } }) => {
        const program = name === 'postgres' ? ('postgres' as const) : ('nats' as const);
        return {
          name,
          program,
          pid,
          deaths,
          operationsUrl: null,
          apiUrl: null,
          logFile: join(logs, `${name}.log`),
        };
      }),
      ...programs.map(({ plan: { name, program, port, env }, supervisor: { pid, deaths }, logFile }) => {
        const operationsUrl = program === 'simulator' ? null : `http://127.0.0.1:${port}`;
        const { HOST: host = '', PORT: listen } = env;
        const apiUrl = program === 'gateway' ? reachable({ host, port: Number(listen) }) : null;
        return { name, program, pid, deaths, operationsUrl, apiUrl, logFile };
      }),
    ];
  }

  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const named = this.processes.filter((view) => view.name === name || view.program === name);
    const pids = named.map(({ pid }) => pid).filter((pid) => pid !== null);
    if (pids.length === 0) throw new Error(`No process called ${name} runs`);
    pids.forEach((pid) => sendSignal(pid, signal));
    // The supervisor notices in its own time; whoever asks afterwards must not see the dead one.
    const isGone = (): boolean =>
      pids.every((pid) => startTime(pid) === null && !this.processes.some((view) => view.pid === pid));
    if (!(await waitUntil(isGone, { timeoutMs: 60_000, everyMs: 5 })))
      throw new Error(`${name} survived ${signal}`);
  }

  async stopProcess(name: string): Promise<void> {
    const { postgres, nats } = this.#parts.servers;
    if (name === 'postgres' && postgres) return postgres.supervisor.stop(() => postgres.server().stop({}));
    if (name === 'nats' && nats) return nats.supervisor.stop(() => nats.server().kill());
    await this.#program(name).supervisor.stop();
  }

  async startProcess(name: string): Promise<void> {
    const { postgres, nats } = this.#parts.servers;
    const server = name === 'postgres' ? postgres : name === 'nats' ? nats : null;
    if (server) return server.supervisor.start();
    const program = this.#program(name);
    await program.supervisor.start();
    await program.untilReady({ timeoutMs: this.#parts.readyTimeoutMs });
  }

  async untilReady(): Promise<void> {
    const { programs, readyTimeoutMs: timeoutMs } = this.#parts;
    await Promise.all(programs.map((program) => program.untilReady({ timeoutMs })));
  }

  async restartNats({ wipe = false } = {}): Promise<void> {
    const { nats } = this.#parts.servers;
    if (!nats) throw new Error('NATS is not ours to restart: NATS_URL was given');
    await nats.supervisor.stop(() => nats.server().kill());
    if (wipe) await nats.server().wipe();
    await nats.supervisor.start();
  }

  async restartPostgres({ immediate = false } = {}): Promise<void> {
    const { postgres } = this.#parts.servers;
    if (!postgres) throw new Error('PostgreSQL is not ours to restart: POSTGRES_URL was given');
    await postgres.supervisor.stop(() => postgres.server().stop({ immediate }));
    await postgres.supervisor.start();
  }

  async stop(): Promise<void> {
    await this.#parts.cleanup.disposeAsync();
  }

  #program(name: string): SupervisedProgram {
    const program = this.#parts.programs.find(({ plan }) => plan.name === name);
    if (program) return program;
    throw new Error(`There is no process called ${name}`);
  }
}
