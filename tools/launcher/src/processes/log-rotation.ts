import { existsSync, statSync } from 'node:fs';
import { copyFile, readdir, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const MAX_BYTES = 50 * 1024 ** 2;
const KEPT = 3;
const EVERY_MS = 10_000;

/**
 * Moves the content of every `*.log` in `folder` that exceeds `maxBytes` to `<name>.log.1`, and older ones on to
 * `.2` and `.3`; what was in `.3` is dropped. The file itself stays, for its writer appends to it and goes on: lines
 * written at that very moment may be lost.
 */
export async function rotateLogs(folder: string, maxBytes = MAX_BYTES): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.endsWith('.log') || statSync(path).size <= maxBytes) continue;
    for (let age = KEPT; age > 1; age -= 1) {
      if (existsSync(`${path}.${age - 1}`)) await rename(`${path}.${age - 1}`, `${path}.${age}`);
    }
    await copyFile(path, `${path}.1`);
    await truncate(path);
  }
}

/** Rotates now and then every ten seconds until the returned function is called. A failed round is tried again. */
export async function keepLogsBounded(folder: string): Promise<() => void> {
  const round = (): Promise<void> => rotateLogs(folder).catch(() => {});
  await round();
  const timer = setInterval(() => void round(), EVERY_MS).unref();
  return () => clearInterval(timer);
}
