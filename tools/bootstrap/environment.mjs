import { delimiter, dirname } from 'node:path';
import { root } from './paths.mjs';

/**
 * The environment in which `node` and the installed commands are found first, and are the right ones.
 * @param {string} node the Node binary to use
 * @param {NodeJS.ProcessEnv} [env] what to start from
 * @returns {NodeJS.ProcessEnv}
 */
export function withNode(node, env = process.env) {
  const path = [dirname(node), `${root}node_modules/.bin`, env['PATH']].join(delimiter);
  // Nx shows what a task printed only when it failed, unless told otherwise.
  return { NX_DEFAULT_OUTPUT_STYLE: 'static', ...env, PATH: path, NODE: node, npm_node_execpath: node };
}
