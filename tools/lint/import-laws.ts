import type { Target, Workspace } from './workspace.ts';

/** Where an import stands: its workspace, and whether the file is a test. */
export interface Importer extends Workspace {
  readonly isTest: boolean;
}

/** One direction in which nothing may be imported. */
interface Law {
  /** Why, and what to do instead: the linter's message. */
  readonly reason: string;
  readonly forbids: (from: Importer, to: Target) => boolean;
}

const servers = ['pg', '@nats-io/', 'express', 'prom-client', 'pino', '@opentelemetry/'];
const testTools = [
  '@jest/globals',
  '@seriousme/openapi-schema-validator',
  'fast-check',
  'undici',
  'standardwebhooks',
  'twilio',
];

/** In the order in which they are tried: the first that forbids an import is the one that is reported. */
const laws: readonly Law[] = [
  {
    reason:
      'A service is never imported: it can be deployed and changed alone because others know only its requests and facts. ' +
      'What both sides need belongs into packages/contracts.',
    forbids: (from, to) => isIn(to, 'services') && !isWorkspace(to, from),
  },
  {
    reason:
      'Another workspace is imported by its name (@parley/...), never by path: its exports decide what is public.',
    forbids: (_from, to) => to.kind === 'workspace' && to.byPath,
  },
  {
    reason:
      'Only tests import testkit: it starts servers and plays the outside world. Move what you need, or the caller into a *.test.ts file.',
    forbids: (from, to) => isNamed(to, 'testkit') && !from.isTest,
  },
  {
    reason:
      'Packages are what services and tools are built on, so they do not know the tools. Move what you need into the package.',
    forbids: (from, to) =>
      from.area === 'packages' && isIn(to, 'tools') && !(from.name === 'testkit' && isNamed(to, 'launcher')),
  },
  {
    reason:
      'Contracts are pure data that every side can read: zod and uuid, nothing else. What does something belongs into packages/platform.',
    forbids: (from, to) =>
      from.name === 'contracts' && !isPackage(to, ['zod', 'uuid']) && !forTests(from, to),
  },
  {
    reason:
      'A provider is handed what it needs and knows only contracts, zod and what Node brings: the same folder must work in every service and test.',
    forbids: (from, to) =>
      from.name === 'providers' &&
      !(to.kind === 'builtin' || isPackage(to, ['zod']) || isNamed(to, 'contracts') || forTests(from, to)),
  },
  {
    reason: 'The platform knows no feature: of our workspaces it imports only contracts.',
    forbids: (from, to) =>
      from.name === 'platform' && to.kind === 'workspace' && !isNamed(to, 'contracts') && !forTests(from, to),
  },
  {
    reason:
      'Only packages/platform speaks to PostgreSQL, NATS, Express, Prometheus, OpenTelemetry and the log: there a mistake is mended once. ' +
      'Import the room of @parley/platform that wraps it, or give it one.',
    forbids: (from, to) => from.name !== 'platform' && isPackage(to, servers),
  },
  {
    reason:
      'A service is built from contracts, platform, providers, zod and the query builder of kysely. What else it needs belongs behind @parley/platform.',
    forbids: (from, to) =>
      from.area === 'services' &&
      to.kind !== 'builtin' &&
      !isPackage(to, ['zod', 'kysely']) &&
      !(isIn(to, 'packages') && !isNamed(to, 'testkit')) &&
      !isWorkspace(to, from) &&
      !forTests(from, to),
  },
];

/**
 * Judges one import.
 * @returns why it is forbidden and what to do instead; undefined when it is allowed
 */
export function forbiddenBecause(from: Importer, to: Target): string | undefined {
  return laws.find((law) => law.forbids(from, to))?.reason;
}

function isIn(to: Target, area: Workspace['area']): boolean {
  return to.kind === 'workspace' && to.workspace.area === area;
}

function isNamed(to: Target, name: string): boolean {
  return to.kind === 'workspace' && to.workspace.name === name;
}

function isWorkspace(to: Target, { area, name }: Workspace): boolean {
  return isIn(to, area) && isNamed(to, name);
}

/** A name that ends in a slash stands for all packages of that scope. */
function isPackage(to: Target, names: readonly string[]): boolean {
  return (
    to.kind === 'package' &&
    names.some((name) => to.name === name || (name.endsWith('/') && to.name.startsWith(name)))
  );
}

/** Tests may use what tests are made of, wherever they are. */
function forTests(from: Importer, to: Target): boolean {
  return from.isTest && (to.kind === 'builtin' || isNamed(to, 'testkit') || isPackage(to, testTools));
}
