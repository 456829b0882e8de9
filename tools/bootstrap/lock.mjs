import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withProgress } from './progress.mjs';

const heartbeatMs = 500;
const abandonedMs = 5_000;
/** A number may by now belong to another process: it does not hold the lock for ever. */
const hopelessMs = 300_000;

/**
 * Does some work while nobody else holds the same lock file, and waits as long as somebody does. The holder
 * touches the file twice a second; one that was killed is recognised by a file that was not touched for five
 * seconds and names nobody who is alive (or not for five minutes, whoever it names).
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

/**
 * Makes a lock that we hold last as long as another process lives, should we be killed before it ends.
 * @param {string} file
 * @param {number} pid
 */
export function shareLock(file, pid) {
  appendFileSync(file, `${pid}\n`);
}

/** @param {string} file */
async function waitFor(file) {
  while (!take(file)) {
    await sleep(heartbeatMs);
    if (isAbandoned(file)) rmSync(file, { force: true });
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
function isAbandoned(file) {
  try {
    const untouchedMs = Date.now() - statSync(file).mtimeMs;
    if (untouchedMs < abandonedMs) return false;
    if (untouchedMs > hopelessMs) return true;
    return !readFileSync(file, 'utf8').trim().split('\n').map(Number).some(isAlive);
  } catch {
    return false; // Released in the meantime.
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
