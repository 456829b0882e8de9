import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { nodeMajor, nodePackage } from './decide.mjs';
import { Failure } from './failure.mjs';
import { npm } from './npm.mjs';
import { toolchain } from './paths.mjs';
import { withProgress } from './progress.mjs';

const home = `${toolchain}/node-${nodeMajor}`;
const runningMajor = Number(process.versions.node.split('.')[0]);

/**
 * The right Node, if it is here already: the running one, or the one fetched before.
 * @returns {string | undefined} path of the binary
 */
export function presentNode() {
  if (runningMajor === nodeMajor) return process.execPath;
  return existsSync(binaryIn(home)) ? binaryIn(home) : undefined;
}

/**
 * Fetches the right Node from the package registry and makes sure that it runs here.
 * @returns {Promise<string>} path of the binary
 * @throws {Failure} when there is none for this platform, it cannot be fetched, or it does not run
 */
export async function fetchNode() {
  const name = nodePackage(process.platform, process.arch);
  if (name === undefined)
    throw new Failure(installItYourself(`${process.platform}-${process.arch} has no package`));
  const staging = `${home}.incomplete`;
  rmSync(staging, { recursive: true, force: true });
  const what = `Fetching Node ${nodeMajor} (this is ${process.version})`;
  const install = ['install', '--global', '--prefix', staging, `${name}@${nodeMajor}`];
  await withProgress(what, () =>
    npm(install, { node: process.execPath, log: `${toolchain}/fetch-node.log` }),
  );
  check(binaryIn(staging));
  renameSync(staging, home);
  return binaryIn(home);
}

/** @param {string} directory */
function binaryIn(directory) {
  return `${directory}/lib/node_modules/${nodePackage(process.platform, process.arch)}/bin/node`;
}

/** @param {string} binary */
function check(binary) {
  try {
    const version = execFileSync(binary, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).trim();
    if (version.startsWith(`v${nodeMajor}.`)) return;
    throw new Failure(installItYourself(`the package brought ${version}`));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(installItYourself('the one from the package registry does not run on this system'));
  }
}

/** @param {string} why */
function installItYourself(why) {
  return `Cannot get Node ${nodeMajor}: ${why}. Install Node ${nodeMajor}, then run the same command again.`;
}
