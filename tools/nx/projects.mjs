// Tells Nx what the projects of this repository are: every folder below with a tsconfig.json. Their commands
// are the target defaults in nx.json; what they depend on is read from their imports (Nx' own reading of
// imports needs a TypeScript older than ours).
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DependencyType } from 'nx/src/config/project-graph.js';

// By name, or, for tools that have none, by path. A neighbour's folder with a project's name does no harm.
const otherProject = /(?:from|import)\s*\(?\s*['"](?:@parley|\.\.)\/([a-z-]+)/g;

/** @param {string} folder */
const nameOf = (folder) => `@parley/${basename(folder)}`;

/** @type {import('nx/src/devkit-exports.js').CreateNodes} */
export const createNodes = [
  '{packages,services,tools,tests}/*/tsconfig.json',
  (files) =>
    files.map((file) => {
      const root = dirname(file);
      const targets = { test: {}, typecheck: {}, lint: {} };
      return [file, { projects: { [root]: { name: nameOf(root), targets } } }];
    }),
];

/** @type {import('nx/src/devkit-exports.js').CreateDependencies} */
export function createDependencies(_options, { filesToProcess, projects, workspaceRoot }) {
  return Object.entries(filesToProcess.projectFileMap).flatMap(([source, files]) =>
    files
      .filter(({ file }) => /\.m?[jt]s$/.test(file))
      .flatMap(({ file }) =>
        importedProjects(join(workspaceRoot, file))
          .filter((target) => target !== source && target in projects)
          .map((target) => ({ source, target, sourceFile: file, type: DependencyType.static })),
      ),
  );
}

/** @param {string} file */
function importedProjects(file) {
  const imports = readFileSync(file, 'utf8').matchAll(otherProject);
  return [...new Set([...imports].map(([, folder = '']) => nameOf(folder)))];
}
