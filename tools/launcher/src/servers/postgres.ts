import { setTimeout as delay } from 'node:timers/promises';
import { spawnChild, stopChild } from '../processes/child.ts';
import type { Child } from '../processes/child.ts';
import { isPortFree, onPort, portInUse } from '../processes/free-port.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { StartError } from '../start-error.ts';
import { postgresEnv } from './initdb.ts';
import { logEnd, logSince } from './log-tail.ts';
import { openCluster } from './postgres-cluster.ts';
import type { Cluster } from './postgres-cluster.ts';
import { explainPostgresFailure } from './postgres-failure.ts';
import { postgresArguments } from './postgres-settings.ts';
import { endLeftover, readPostmasterFile, removeMisleadingPid } from './postgres-status.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

export { removeCluster as removePostgresData } from './postgres-cluster.ts';

/** What a server is started with. */
export interface PostgresOptions {
  /** Ours alone; made when absent. Root: its mode becomes 0711, for the server runs as another user. */
  dataDir: string;
  /** Its output is appended here. */
  logFile: string;
  /** On 127.0.0.1; a free one when absent. */
  port?: number | undefined;
  /** False trades safety against power cuts for speed: for tests only. Default true. */
  fsync?: boolean;
}

/** A running PostgreSQL. */
export interface PostgresServer extends ServerProcess {
  /** Superuser URL of the database `postgres`, password included: never to be logged. */
  readonly url: string;
  readonly port: number;
}

interface Launch {
  cluster: Cluster;
  port: number;
  logFile: string;
  fsync: boolean;
}

// Crash recovery replays up to max_wal_size of log before the first connection is let in.
const READY_MS = 120_000;
const HELD_ATTEMPTS = 20;
const HELD_RETRY_MS = 500;

/**
 * Starts a real PostgreSQL 18 on loopback TCP and resolves when it accepts connections. Whatever an earlier, killed
 * start left running on this data is ended first. Throws a StartError when it cannot serve.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { dataDir, logFile, fsync = true } = options;
  const cluster = await openCluster(dataDir, { fsync });
  return onPort(options.port, async (port) => {
    const server = await startServerProcess({
      launch: () => launch({ cluster, port, logFile, fsync }),
      settle: () => endLeftover(cluster.path),
      stopSignal: 'SIGINT',
      immediateSignal: 'SIGQUIT',
    });
    return Object.assign(server, {
      port,
      url: `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`,
    });
  });
}

/** Backends that have lost their postmaster hold the data for a moment, and we may not be able to see them. */
async function launch(options: Launch): Promise<Child> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchOnce(options);
    } catch (error) {
      const held = error instanceof StartError && error.code === 'already_running';
      if (!held || attempt === HELD_ATTEMPTS) throw error;
      await delay(HELD_RETRY_MS);
    }
  }
}

async function launchOnce({ cluster, port, logFile, fsync }: Launch): Promise<Child> {
  await endLeftover(cluster.path);
  removeMisleadingPid(cluster.path);
  if (!(await isPortFree(port))) throw portInUse('PostgreSQL', port);
  const logStart = logEnd(logFile);
  const child = await spawnChild({
    command: cluster.binaries.postgres,
    args: postgresArguments({ cluster: cluster.path, port, fsync }),
    env: postgresEnv,
    logFile,
    account: cluster.account,
    exitSignal: 'SIGQUIT',
  });
  const isReady = (): boolean => {
    const status = readPostmasterFile(cluster.path);
    return status?.pid === child.pid && status.ready;
  };
  await waitUntil(() => isReady() || child.exit() !== null, { timeoutMs: READY_MS });
  const exit = child.exit();
  if (exit) {
    const log = logSince(logFile, logStart);
    throw explainPostgresFailure({ cluster: cluster.path, port, logFile, log, exit });
  }
  if (isReady()) return child;
  await stopChild(child, { signal: 'SIGQUIT', graceMs: 5000 });
  throw new StartError(
    'not_ready',
    `PostgreSQL was not ready after ${READY_MS / 1000} s; details: ${logFile}`,
  );
}
