/** The major version of Node that every command of this repository runs on. */
export const nodeMajor = 24;

/** The platforms that Node and the embedded servers are published for. */
const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/**
 * Names the npm package that carries Node's binary for a platform.
 * @param {string} platform as in `process.platform`
 * @param {string} arch as in `process.arch`
 * @returns {string | undefined} undefined when there is none for this platform
 */
export function nodePackage(platform, arch) {
  const name = `${platform}-${arch}`;
  return platforms.includes(name) ? `node-${name}` : undefined;
}

/**
 * What an installation was made from and by, and what it left behind. Two equal stamps: nothing to do.
 * @typedef {object} Stamp
 * @property {string} node major version that ran npm, with platform: an installation fits no other
 * @property {string} lockfile digest of package-lock.json
 * @property {string} installed digest of the list of installed packages that npm keeps in node_modules
 */

/**
 * Says why dependencies have to be installed.
 * @param {Stamp | undefined} last the stamp of the last installation by the bootstrap
 * @param {Stamp} now what a stamp would say now
 * @returns {string | undefined} the reason, or undefined when everything is in place
 */
export function whyInstall(last, now) {
  if (now.installed === '') return 'nothing is installed yet';
  // npm with an older Node leaves out, without a word, optional packages whose `engines` ask for a newer one.
  if (last === undefined) return 'npm was run by hand, perhaps with another Node';
  if (last.node !== now.node) return `installed for Node ${last.node}, this is ${now.node}`;
  if (last.lockfile !== now.lockfile) return 'package-lock.json has changed';
  if (last.installed !== now.installed) return 'node_modules was changed by hand';
  return undefined;
}

/**
 * What to say to somebody who starts Nx with an old Node.
 * @param {string} version as in `process.version`
 * @param {string[]} args what Nx was to do
 * @returns {string | undefined} one line that names the command that works; undefined when this Node is new enough
 */
export function nxInstead(version, args) {
  if (Number(version.slice(1).split('.')[0]) >= nodeMajor) return undefined;
  const command = ['npm run nx --', ...args].join(' ');
  return `This is Node ${version} and Parley needs ${nodeMajor}, which this command brings along: ${command}`;
}
