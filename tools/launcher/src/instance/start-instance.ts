import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataDirectory } from '../data/data-directory.ts';
import type { DataDirectory } from '../data/data-directory.ts';
import { openSecrets } from '../data/secrets.ts';
import type { Secrets } from '../data/secrets.ts';
import { writePrivateFile } from '../data/write-private-file.ts';
import { provision } from '../database/provision.ts';
import type { PerService } from '../database/role-names.ts';
import { freePort, isPortFree } from '../processes/free-port.ts';
import { keepLogsBounded } from '../processes/log-rotation.ts';
import { reachable } from '../reachable.ts';
import { REPOSITORY } from '../repository.ts';
import { StartError } from '../start-error.ts';
import { demoConnections, simulatorConnections } from './demo-connections.ts';
import { givenUrl } from './given-url.ts';
import { describeInstance, endpointOf } from './instance-file.ts';
import type { Instance, InstanceOptions } from './instance.ts';
import { customise, inheritedEnv, planServices, planSimulator } from './process-plan.ts';
import type { ProcessPlan } from './process-plan.ts';
import { silent } from './progress.ts';
import { RunningInstance } from './running-instance.ts';
import { seedDemo } from './seed.ts';
import { startServers, type Servers, type ServersOptions } from './servers.ts';
import { superviseProgram } from './supervised-program.ts';
import type { SupervisedProgram } from './supervised-program.ts';

export type { Instance, InstanceOptions, ProcessView } from './instance.ts';

const RESTORE = 'restore the data directory, or begin anew with --fresh';
/** Where the simulator is, and what people try first. */
const LOOPBACK = '127.0.0.0/8,::1/128';
const CHECK_URL = 'check POSTGRES_URL and that its user is a superuser';

/** Everything that is decided before the first process runs. */
interface Setting {
  options: InstanceOptions & Required<Pick<InstanceOptions, 'progress' | 'root' | 'host' | 'readyTimeoutMs'>>;
  port: number;
  /** Of the gateway, from this machine. */
  baseUrl: string;
  /** Of servers that run already. */
  given: Pick<ServersOptions, 'postgresUrl' | 'natsUrl'>;
  simulatorPort: number;
  data: DataDirectory;
  secrets: Secrets;
  env: NodeJS.ProcessEnv;
  cleanup: AsyncDisposableStack;
}

/**
 * Starts a whole Parley and resolves when every service is ready: servers, database, demo account, simulator and
 * services, each a process of its own, all kept alive until `stop`. Rejects with a StartError when something cannot
 * be had; then nothing is left running.
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const cleanup = new AsyncDisposableStack();
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    return await bringUp(await prepare({ ...options, signal }, cleanup));
  } catch (error) {
    failure.abort();
    await cleanup.disposeAsync();
    throw error;
  }
}

async function prepare(options: InstanceOptions, cleanup: AsyncDisposableStack): Promise<Setting> {
  const { progress = silent, root = REPOSITORY, host = '127.0.0.1', readyTimeoutMs = 60_000 } = options;
  const port = options.port ?? (await freePort());
  const given = {
    postgresUrl: givenUrl('POSTGRES_URL', options.postgresUrl),
    natsUrl: givenUrl('NATS_URL', options.natsUrl),
  };
  const data = await openDataDirectory(options.dataDir, {
    port,
    host,
    fresh: options.fresh ?? false,
    checkFirst: () => checkPort(port, host),
  });
  cleanup.defer(() => data.release());
  cleanup.defer(await keepLogsBounded(data.layout.logs));
  return {
    options: { ...options, progress, root, host, readyTimeoutMs },
    port,
    baseUrl: reachable({ host, port }),
    given,
    simulatorPort: await freePort(),
    data,
    secrets: await openSecrets(data.layout.secrets, { sealed: data.layout.postgres }),
    env: {
      PRIVATE_PROVIDERS: LOOPBACK,
      ...compileCache(root),
      ...inheritedEnv(options.inherited ?? process.env),
      ...options.env,
    },
    cleanup,
  };
}

async function checkPort(port: number, host: string): Promise<void> {
  if (await isPortFree(port, host)) return;
  const sentence = `Port ${port} of ${host} is taken by another program; stop it, or choose another one with --port.`;
  throw new StartError('port_in_use', sentence);
}

/** Six processes load nearly the same modules: compiled once, they start in half the time. */
function compileCache(root: string): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node-compile') };
}

async function bringUp(setting: Setting): Promise<Instance> {
  const { options, port, baseUrl, simulatorPort, data, secrets, cleanup } = setting;
  const connections = demoConnections(secrets);
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
  const plan = planSimulator({
    gatewayUrl: baseUrl,
    simulatorPort,
    connections: simulatorConnections(connections),
  });
  const [servers, simulator] = await Promise.all([startOwnServers(setting), startPrograms(setting, [plan])]);
  const database = { superuserUrl: servers.postgresUrl, ours: servers.postgres !== null };
  const databaseUrls = await prepareDatabase(setting, { ...database, simulatorUrl });
  const plans = await planServices(
    {
      host: options.host,
      gatewayPort: port,
      databaseUrls,
      natsUrls: servers.natsUrls,
      secretsKey: secrets.secrets_key,
      publicUrl: setting.env['PUBLIC_URL'] ?? baseUrl,
    },
    { replicas: options.replicas ?? {}, nextPort: freePort },
  );
  const services = await startPrograms(setting, plans);
  const instance = new RunningInstance({
    baseUrl,
    simulatorUrl,
    secrets,
    connections,
    databaseUrls,
    servers,
    programs: [...simulator, ...services],
    logs: data.layout.logs,
    readyTimeoutMs: options.readyTimeoutMs,
    cleanup,
  });
  await writePrivateFile(data.layout.instance, describeInstance(endpointOf(instance)));
  cleanup.defer(() => rm(data.layout.instance, { force: true }));
  return instance;
}

async function startOwnServers({ options, given, data, cleanup }: Setting): Promise<Servers> {
  return startServers({
    layout: data.layout,
    ...given,
    fsync: options.fsync ?? true,
    progress: options.progress,
    cleanup,
  });
}

async function prepareDatabase(
  { options, data, secrets, env }: Setting,
  { superuserUrl, ours, simulatorUrl }: { superuserUrl: string; ours: boolean; simulatorUrl: string },
): Promise<PerService> {
  const { progress, root, signal } = options;
  signal?.throwIfAborted();
  const { urls } = await progress.step('Database schemas', () =>
    provision({
      superuserUrl,
      passwords: secrets.database_passwords,
      root,
      remedy: ours ? RESTORE : CHECK_URL,
    }),
  );
  signal?.throwIfAborted();
  const seed = { root, logs: data.layout.logs, env, gatewayDatabaseUrl: urls.gateway, simulatorUrl, secrets };
  await progress.step('Demo account', () => seedDemo(seed));
  return urls;
}

async function startPrograms(setting: Setting, plans: readonly ProcessPlan[]): Promise<SupervisedProgram[]> {
  const { options, data, env, cleanup } = setting;
  const { progress, root, readyTimeoutMs: timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const common = {
    root,
    logs: data.layout.logs,
    records: data.records,
    env,
    announce: (line: string) => progress.say(line),
  };
  const programs = plans.map((plan) => superviseProgram(customise(plan, options), common));
  for (const { supervisor } of programs) cleanup.defer(() => supervisor.stop());
  const bring = async ({ supervisor, untilReady }: SupervisedProgram): Promise<void> => {
    await supervisor.start();
    await untilReady({ timeoutMs, signal });
  };
  await Promise.all(programs.map((program) => progress.step(program.plan.title, () => bring(program))));
  return programs;
}
