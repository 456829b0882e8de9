import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { nodeMajor, whyInstall } from './decide.mjs';
import { npm } from './npm.mjs';
import { root, toolchain } from './paths.mjs';
import { withProgress } from './progress.mjs';

const stampFile = `${root}node_modules/.parley-install`;

/**
 * Says why dependencies have to be installed.
 * @returns {string | undefined} undefined when everything is in place
 */
export function missingDependencies() {
  return whyInstall(lastStamp(), stampNow());
}

/**
 * Installs exactly what package-lock.json says, and remembers having done so.
 * @param {string} node the Node that runs npm: optional packages are chosen by its version
 * @param {string} reason shown to the person who waits
 * @throws {import('./failure.mjs').Failure} when npm fails; the next start tries again
 */
export async function installDependencies(node, reason) {
  const install = ['ci', '--include=dev', '--include=optional'];
  const what = `Installing dependencies (${reason})`;
  await withProgress(what, () => npm(install, { node, log: `${toolchain}/install.log` }));
  writeFileSync(stampFile, `${JSON.stringify(stampNow(), null, 2)}\n`);
}

/** @returns {import('./decide.mjs').Stamp | undefined} */
function lastStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined; // Absent or torn: as if there had been no installation.
  }
}

/** @returns {import('./decide.mjs').Stamp} */
function stampNow() {
  return {
    node: `${nodeMajor} ${process.platform}-${process.arch}`,
    lockfile: digest(`${root}package-lock.json`),
    installed: digest(`${root}node_modules/.package-lock.json`),
  };
}

/** @param {string} file */
function digest(file) {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : '';
}
