import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withProgress } from './progress.mjs';

const heartbeatMs = 500;
const abandonedMs = 5_000;

/**
 * Does some work while nobody else holds the same lock file, and waits as long as somebody does. The holder
 * touches the file twice a second; one that was killed is recognised by a file untouched for five seconds.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what the work returns; if it throws, that
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  if (!take(file)) await withProgress('Waiting for another installation in this clone', () => waitFor(file));
  const heartbeat = setInterval(() => utimesSync(file, new Date(), new Date()), heartbeatMs);
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

/** @param {string} file */
async function waitFor(file) {
  while (!take(file)) {
    await sleep(heartbeatMs);
    if (Date.now() - touchedAt(file) > abandonedMs) rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function touchedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}
