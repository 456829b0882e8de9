import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dataLayout } from '@parley/launcher/data/layout';
import { startInstance } from '@parley/launcher/instance/start-instance';
import type { Instance, InstanceOptions } from '@parley/launcher/instance/start-instance';
import { removePostgresData } from '@parley/launcher/servers/postgres';
import type { Progress } from './progress.ts';

/** An instance that exists only for one run, on servers of its own, whatever the environment names. */
export interface OwnInstance extends AsyncDisposable {
  readonly instance: Instance;
  readonly dataDir: string;
  /** Leaves the data and logs where they are when it is disposed of; returns where that is. */
  keepData(): string;
}

/** How it is started. */
export interface OwnInstanceOptions {
  /** Where CPU profiles go, as the person wrote it; null for none. */
  profile: string | null;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/**
 * Starts an instance on free ports in a temporary directory, with PostgreSQL flushing every commit. Rejects with a
 * StartError when it cannot be had; its logs are then kept.
 */
export async function startOwnInstance({
  profile,
  progress,
  signal,
}: OwnInstanceOptions): Promise<OwnInstance> {
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'parley-bench-'));
  // PostgreSQL runs as somebody else where we are root, and must get to its own data.
  await chmod(dataDir, 0o711);
  const nodeArgsOf = await profilingArguments(profile);
  const own = { postgresUrl: null, natsUrl: null, fsync: true, progress, ...(signal && { signal }) };
  const layout = dataLayout(dataDir);
  const remove = async (...paths: string[]): Promise<void> => {
    await removePostgresData(layout.postgres);
    for (const path of paths) await rm(path, { recursive: true, force: true });
  };
  const instance = await startInstance({ ...own, dataDir, nodeArgsOf }).catch(async (error: unknown) => {
    await remove(signal?.aborted ? dataDir : layout.nats);
    throw error;
  });
  let kept = false;
  return {
    instance,
    dataDir,
    keepData: () => {
      kept = true;
      return dataDir;
    },
    [Symbol.asyncDispose]: () =>
      progress.step('Stopping', async () => {
        await instance.stop();
        if (!kept) await remove(dataDir);
      }),
  };
}

async function profilingArguments(
  profile: string | null,
): Promise<NonNullable<InstanceOptions['nodeArgsOf']>> {
  if (profile === null) return {};
  // npm runs us in the repository and says in INIT_CWD where the person typed the command.
  const directory = resolve(process.env.INIT_CWD ?? '.', profile);
  await mkdir(directory, { recursive: true });
  const args = (program: string): string[] => [
    '--cpu-prof',
    `--cpu-prof-dir=${directory}`,
    `--cpu-prof-name=${program}.cpuprofile`,
  ];
  const programs = ['gateway', 'ingest', 'dispatcher', 'reporting', 'simulator'] as const;
  return Object.fromEntries(programs.map((program) => [program, args(program)]));
}
