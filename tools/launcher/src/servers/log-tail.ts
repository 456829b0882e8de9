import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The size of a log file in bytes, 0 when there is none: where the next process's output will begin. */
export function logEnd(path: string): number {
  return inspect(path, (file) => fstatSync(file).size) ?? 0;
}

/** What was written to a log after byte `from`, at most its last 8 kB; empty when it cannot be read. */
export function logSince(path: string, from: number): string {
  const text = inspect(path, (file) => {
    const end = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(Math.max(end - from, 0), 8192));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, end - buffer.length));
  });
  return text ?? '';
}

function inspect<T>(path: string, look: (file: number) => T): T | null {
  try {
    const file = openSync(path, 'r');
    try {
      return look(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
