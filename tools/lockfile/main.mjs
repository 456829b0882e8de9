// `npm run lockfile`: after a change of dependencies, writes package-lock.json for every platform. Runs on any Node >= 20.
import { readFileSync, writeFileSync } from 'node:fs';
import { Failure } from '../bootstrap/failure.mjs';
import { withLock } from '../bootstrap/lock.mjs';
import { fetchNode, presentNode } from '../bootstrap/node.mjs';
import { npm } from '../bootstrap/npm.mjs';
import { lockFile, root, toolchain } from '../bootstrap/paths.mjs';
import { completed } from './complete.mjs';

const HELP = `npm run lockfile

Writes package-lock.json anew after a change of dependencies in a package.json, with the optional packages of all
platforms and without addresses of a registry. Nothing is installed: the next command does that.`;

async function writeLockfile() {
  const node = presentNode() ?? (await fetchNode());
  await npm(['install', '--package-lock-only'], { node, log: `${toolchain}/lockfile.log` });
  const file = `${root}package-lock.json`;
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: completed(lock.packages) }, null, 2)}\n`);
}

/** @param {string | undefined} option */
async function main(option) {
  if (option === '--help' || option === '-h') return console.log(HELP);
  if (option !== undefined)
    throw new Failure(`Unknown option '${option}'; see \`npm run lockfile -- --help\`.`);
  await withLock(lockFile, writeLockfile);
  console.log('package-lock.json is up to date.');
}

try {
  await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
