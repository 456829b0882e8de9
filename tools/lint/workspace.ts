import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const areas = ['packages', 'services', 'tools', 'tests'] as const;

/** A folder with its own job: `services/gateway` is area `services`, name `gateway`. */
export interface Workspace {
  readonly area: (typeof areas)[number];
  readonly name: string;
}

/** What an import reaches for. */
export type Target =
  | {
      readonly kind: 'workspace';
      readonly workspace: Workspace;
      /** Whether it is reached by a path although it has a name. */
      readonly byPath: boolean;
    }
  | { readonly kind: 'package' | 'builtin'; readonly name: string };

/** A file's path from the root of the repository, with slashes. */
export function pathInRepository(file: string): string {
  return relative(root, file).split(sep).join('/');
}

/** The workspace a file belongs to; undefined for the files around them. */
export function workspaceOf(file: string): Workspace | undefined {
  const [first, name, ...rest] = pathInRepository(file).split('/');
  const area = areas.find((candidate) => candidate === first);
  return area && name && rest.length > 0 ? { area, name } : undefined;
}

/**
 * What an import in `file` reaches for.
 * @returns undefined for a neighbour in the same workspace
 */
export function targetOf(specifier: string, file: string): Target | undefined {
  if (specifier.startsWith('.')) return neighbour(resolve(dirname(file), specifier), file);
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier };
  const [scope = '', name = ''] = specifier.split('/');
  if (scope !== '@parley')
    return { kind: 'package', name: scope.startsWith('@') ? `${scope}/${name}` : scope };
  const area = areas.find((candidate) => existsSync(resolve(root, candidate, name)));
  return area && { kind: 'workspace', workspace: { area, name }, byPath: false };
}

function neighbour(imported: string, importer: string): Target | undefined {
  const [to, from] = [workspaceOf(imported), workspaceOf(importer)];
  if (!to || (to.area === from?.area && to.name === from.name)) return undefined;
  return {
    kind: 'workspace',
    workspace: to,
    byPath: existsSync(resolve(root, to.area, to.name, 'package.json')),
  };
}
