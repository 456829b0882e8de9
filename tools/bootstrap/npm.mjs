import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { withNode } from './environment.mjs';
import { Failure } from './failure.mjs';
import { shareLock } from './lock.mjs';
import { lockFile, root } from './paths.mjs';

/** Options that an outer `npm start -w x` or `npm test --dry-run` must not hand down to the npm started here. */
const outerOptions = /^npm_config_(workspaces?|include_workspace_root|global|prefix|local_prefix|dry_run)$/;

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=notice'];
/** Left alone, npm takes more than a minute to say that there is no network. */
const patience = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/**
 * Runs npm without install scripts, audit and advertising; what it prints goes to a log file. To be called by
 * the holder of the lock, which npm then holds as well.
 * @param {string[]} args as in ['ci']
 * @param {object} options
 * @param {string} options.node the Node binary that runs npm: npm judges `engines` by it
 * @param {string} options.log where the output goes; a former one is overwritten
 * @throws {Failure} when npm ends with an error: names the log and npm's own first complaint
 */
export async function npm(args, { node, log }) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const [command, ...front] = npmCommand(node);
  const child = spawn(command, [...front, ...args, ...quiet, ...patience], {
    cwd: root,
    env: withNode(node, withoutOuterOptions(process.env)),
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  if (child.pid) shareLock(lockFile, child.pid);
  // At once: an npm that still tidies up would do so in the next one's installation.
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  const end = await new Promise((resolve) => child.once('error', resolve).once('close', resolve));
  process.off('exit', stop);
  if (end instanceof Error) throw new Failure(`Cannot start npm: ${end.message}`);
  if (end !== 0) throw new Failure(`npm ${args[0]} failed: ${complaint(log)} (see ${relative(root, log)})`);
}

/**
 * The npm that runs us, by the given Node; an npm found on the PATH when we were started without one.
 * @param {string} node
 * @returns {[string, ...string[]]}
 */
function npmCommand(node) {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('npm-cli.js') ? [node, cli] : ['npm'];
}

/** @param {NodeJS.ProcessEnv} env */
function withoutOuterOptions(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outerOptions.test(name.toLowerCase())));
}

/** @param {string} log */
function complaint(log) {
  const lines = readFileSync(log, 'utf8').split('\n');
  const errors = lines.filter((line) => /^npm error (?!code|errno|syscall|A complete log)\S/.test(line));
  return (errors[0] ?? 'it says nothing').replace('npm error ', '');
}
