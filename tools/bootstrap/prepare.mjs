import { installDependencies, missingDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { fetchNode, presentNode } from './node.mjs';
import { lockFile } from './paths.mjs';

/**
 * Brings this clone to the point where its commands run: the right Node, and the dependencies the lockfile names.
 * Takes a few milliseconds when both are there. May be called by any number of processes at once.
 * @returns {Promise<string>} path of the Node binary to use
 * @throws {import('./failure.mjs').Failure} when something cannot be had
 */
export async function prepare() {
  const node = presentNode();
  if (node !== undefined && missingDependencies() === undefined) return node;
  const signals = endOnSignals();
  try {
    return await withLock(lockFile, fetchAndInstall);
  } finally {
    signals.stop();
  }
}

async function fetchAndInstall() {
  const node = presentNode() ?? (await fetchNode());
  const reason = missingDependencies();
  if (reason !== undefined) await installDependencies(node, reason);
  return node;
}

/** Ends through `process.exit`, so that npm is stopped and the lock released before we are gone. */
function endOnSignals() {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const end = (/** @type {string} */ _signal, /** @type {number} */ number) => process.exit(128 + number);
  for (const signal of signals) process.on(signal, end);
  return { stop: () => signals.forEach((signal) => process.off(signal, end)) };
}
