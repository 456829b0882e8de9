/**
 * What is of interest in an entry of package-lock.json.
 * @typedef {{ version?: string, cpu?: string[], dev?: boolean, libc?: string[], optional?: boolean, os?: string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 */

const exactVersion = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const cpus = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64'];
const systems = ['linux', 'darwin', 'win32', 'freebsd', 'android', 'openharmony'];

/**
 * Adds the optional packages of other platforms that a lockfile leaves out. npm writes an entry only for what it
 * could look up while it made the file; `npm ci` then refuses the file, and other platforms would lack the
 * package. What they are for is read from their names; they carry no digest.
 * @param {Record<string, Entry>} packages `packages` of a package-lock.json
 * @returns {Record<string, Entry>} all entries, in npm's order
 */
export function completed(packages) {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => exactVersion.test(version) && !isLocked(packages, path, name))
      .map(([name, version]) => [`node_modules/${name}`, entry(name, version, dev)]),
  );
  const all = { ...packages, ...Object.fromEntries(missing) };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

/**
 * Whether Node, at `path`, would find a package of this name in the tree that the lockfile describes.
 * @param {Record<string, Entry>} packages
 * @param {string} path
 * @param {string} name
 * @returns {boolean}
 */
function isLocked(packages, path, name) {
  if (`${path}/node_modules/${name}`.replace(/^\//, '') in packages) return true;
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/')));
  return path !== '' && isLocked(packages, parent, name);
}

/**
 * @param {string} name such as '@scope/core-linux-arm64-musl'
 * @param {string} version
 * @param {boolean | undefined} dev whether the package that asks for it is needed for development only
 * @returns {Entry} with its keys in npm's order
 */
function entry(name, version, dev) {
  const words = name.split(/[/-]/);
  const cpu = cpus.filter((word) => words.includes(word));
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  const os = systems.filter((word) => words.includes(word));
  return { version, cpu, ...(dev && { dev }), ...(libc && { libc }), optional: true, os };
}
