// Runs a command that runs Jest with two workers, and a Parley for each of them: its test files share it, one after the
// other. Where PARLEY_BASE_URL names one that runs, the files share that one, with one worker.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataLayout } from '@parley/launcher/data/layout';
import { FASTER, startParley } from './start-parley.ts';

const isGiven = process.env['PARLEY_BASE_URL'] !== undefined;
const workers = isGiven ? 1 : 2;

await using ending = new AsyncDisposableStack();
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
process.exitCode = await run(isGiven ? {} : { PARLEY_FILE: (await startParleys()).join() });

/** Starts them all at once, and says where they are described. */
async function startParleys(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-end-to-end-'));
  ending.defer(() => rm(folder, { recursive: true, force: true }));
  const one = async (_: unknown, index: number): Promise<string> => {
    const dataDir = join(folder, `worker-${index + 1}`);
    const instance = await startParley({ dataDir, ...FASTER, signal: stopping.signal });
    ending.defer(() => instance.stop());
    return dataLayout(dataDir).instance;
  };
  const starts = Array.from({ length: workers }, one);
  // What has been started is stopped when all starts are over, also where one of them fails.
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

/** Runs the command to its end and gives its exit code; told to stop, it is given time to do so. */
async function run(environment: Record<string, string>): Promise<number> {
  const [command = '', ...args] = process.argv.slice(2);
  const env = { ...process.env, ...environment };
  const child = spawn(command, [...args, `--maxWorkers=${workers}`], { env, stdio: 'inherit' });
  stopping.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
  });
}
