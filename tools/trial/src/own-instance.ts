import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dataLayout } from '@parley/launcher/data/layout';
import { ownDirectory } from '@parley/launcher/data/own-directory';
import { startInstance } from '@parley/launcher/instance/start-instance';
import type { Instance, InstanceOptions } from '@parley/launcher/instance/start-instance';
import { removePostgresData } from '@parley/launcher/servers/postgres';
import { StartError } from '@parley/launcher/start-error';
import type { Progress } from './progress.ts';

/** An instance that exists only for one run, on servers of its own, whatever the environment names. */
export interface OwnInstance extends AsyncDisposable {
  readonly instance: Instance;
  readonly dataDir: string;
  /** Leaves the data and logs where they are when it is disposed of; returns where that is. */
  keepData(): string;
}

/** How it is started. */
export interface OwnInstanceOptions extends Pick<InstanceOptions, 'envOf' | 'nodeArgsOf' | 'replicas'> {
  /** The tool it is for: names its temporary directory. */
  purpose: string;
  /** An empty directory for its data, which stays afterwards, as the person wrote it; null = a temporary one. */
  data: string | null;
  /** Whether that directory may hold the data of an earlier run, to go on with. Default false. */
  mayGoOn?: boolean;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** After a restart reporting asks the owners for the last ten minutes again, which may have been busy. */
const CATCHING_UP_MS = 10 * 60_000;

/**
 * Starts an instance on free ports, with PostgreSQL flushing every commit. Rejects with a StartError when it cannot be
 * had; its logs are then kept.
 */
export async function startOwnInstance({
  purpose,
  data,
  mayGoOn = false,
  progress,
  signal,
  ...wishes
}: OwnInstanceOptions): Promise<OwnInstance> {
  const { dataDir, isEmpty } =
    data === null ? await temporaryDirectory(purpose) : await directoryOf(data, mayGoOn);
  const own = { postgresUrl: null, natsUrl: null, fsync: true, progress, ...(signal && { signal }) };
  const layout = dataLayout(dataDir);
  const remove = async (...paths: string[]): Promise<void> => {
    await removePostgresData(layout.postgres);
    for (const path of paths) await rm(path, { recursive: true, force: true });
  };
  const patience = isEmpty ? {} : { readyTimeoutMs: CATCHING_UP_MS };
  const instance = await startInstance({ ...own, ...wishes, ...patience, dataDir }).catch(
    async (error: unknown) => {
      if (isEmpty) await remove(signal?.aborted ? dataDir : layout.nats);
      throw error;
    },
  );
  let kept = data !== null;
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

/** A path as a person wrote it: npm runs us in the repository and says in INIT_CWD where the command was typed. */
export function fromTyped(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path);
}

/** Where data goes, and whether nothing was there before. */
interface Place {
  dataDir: string;
  isEmpty: boolean;
}

async function temporaryDirectory(purpose: string): Promise<Place> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), `parley-${purpose}-`));
  // PostgreSQL runs as somebody else where we are root, and must get to its own data.
  await chmod(directory, 0o711);
  return { dataDir: directory, isEmpty: true };
}

async function directoryOf(typed: string, mayGoOn: boolean): Promise<Place> {
  const directory = await ownDirectory(fromTyped(typed));
  const isEmpty = (await readdir(directory)).length === 0;
  if (isEmpty || mayGoOn) return { dataDir: await realpath(directory), isEmpty };
  throw new StartError('bad_usage', `${directory} is not empty; name a directory that is, or a new one.`);
}
