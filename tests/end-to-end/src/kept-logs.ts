import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { REPOSITORY } from '@parley/launcher/repository';
import { z } from 'zod';

const KEPT = join(REPOSITORY, '.nx', 'end-to-end-logs');
const placeOf = (testFile: string): string => join(KEPT, basename(testFile, '.test.ts'));

/** At most so many lines of a process are shown: the last ones. */
const SHOWN = 20;

/** Keeps what the processes have said up to the end of a test file; nothing where their logs are not here. */
export async function keepLogs(testFile: string, logs: string): Promise<void> {
  await rm(placeOf(testFile), { recursive: true, force: true });
  await cp(logs, placeOf(testFile), { recursive: true }).catch(() => {});
}

/** The warnings and errors among what was kept of a test file since an instant, process by process, as text. */
export async function complaintsOf(testFile: string, since: Date): Promise<string> {
  const place = placeOf(testFile);
  const files = await readdir(place).catch(() => []);
  const parts = files.map(async (file) => {
    const lines = (await readFile(join(place, file), 'utf8')).split('\n');
    const shown = lines.map((line) => complaint(line, since.toISOString())).filter((one) => one !== null);
    return shown.slice(-SHOWN).map((line) => `${basename(file, '.log')}: ${line}`);
  });
  return (await Promise.all(parts)).flat().join('\n');
}

const logLine = z.object({ time: z.string(), level: z.string(), msg: z.string() });

/** Our programs log JSON, with the level as a word and the time as an instant; the servers say it in other words. */
function complaint(line: string, since: string): string | null {
  if (!line.startsWith('{')) return /\b(?:ERROR|FATAL|PANIC)\b|\[ERR\]/.test(line) ? line : null;
  const { level, time, msg } = logLine.parse(JSON.parse(line));
  return time >= since && ['warn', 'error', 'fatal'].includes(level) ? `${time} ${level} ${msg}` : null;
}
