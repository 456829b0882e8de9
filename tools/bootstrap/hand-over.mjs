import { spawn } from 'node:child_process';
import { Failure } from './failure.mjs';
import { withNode } from './environment.mjs';

/**
 * Runs a command in our place: same terminal, signals passed on, and we end as it ends.
 * @param {string} command a file on the PATH or among the installed commands; `node` is the given one
 * @param {string[]} args
 * @param {string} node the Node binary to use
 * @throws {Failure} when the command does not exist
 */
export async function handOver(command, args, node) {
  const child = spawn(command, args, { stdio: 'inherit', env: withNode(node) });
  const pass = passSignals(child);
  /** @type {[number | null, NodeJS.Signals | null]} */
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', () => reject(new Failure(`Cannot run ${command}: there is no such command.`)));
    child.once('close', (...end) => resolve(end));
  });
  pass.stop();
  if (signal === null) process.exitCode = code ?? 1;
  else process.kill(process.pid, signal);
}

/** @param {import('node:child_process').ChildProcess} child */
function passSignals(child) {
  // On a terminal Ctrl-C reaches the whole process group: passing it on would make it arrive twice.
  const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  return { stop: () => signals.forEach((signal) => process.off(signal, onSignal)) };
}
