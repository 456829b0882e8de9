import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Findings, lintFiles } from './lint-files.ts';

type Folder = string;
type Specifier = string;

const service = 'A service is never imported:';
const byName = 'Another workspace is imported by its name';
const testkit = 'Only tests import testkit:';
const tools = 'Packages are what services and tools are built on,';
const contracts = 'Contracts are pure data';
const provider = 'A provider is handed what it needs';
const platform = 'The platform knows no feature:';
const wrapped = 'Only packages/platform speaks to PostgreSQL,';
const ingredients = 'A service is built from contracts,';

const forbidden: readonly [what: string, Folder, Specifier, message: string][] = [
  ['a service imports another service', 'services/gateway/src', '@parley/ingest/main', service],
  ['a service reaches into another by path', 'services/gateway/src', '../../ingest/src/main.ts', service],
  ['a package imports a service', 'packages/platform/src', '@parley/gateway/main', service],
  ['a tool imports a service', 'tools/bench/src', '@parley/gateway/main', service],
  [
    'a path leads to another workspace',
    'services/gateway/src',
    '../../../packages/contracts/src/a.ts',
    byName,
  ],
  ['a service imports testkit outside of a test', 'services/gateway/src', '@parley/testkit', testkit],
  ['a tool imports testkit outside of a test', 'tools/bench/src', '@parley/testkit', testkit],
  ['a package imports a tool', 'packages/platform/src', '@parley/launcher/main', tools],
  ['testkit imports a tool but the launcher', 'packages/testkit/src', '@parley/simulator/main', tools],
  ['contracts import another workspace', 'packages/contracts/src', '@parley/platform/db', contracts],
  ['contracts import a library', 'packages/contracts/src', 'kysely', contracts],
  ['contracts import what Node brings', 'packages/contracts/src', 'node:fs', contracts],
  ['a provider imports the platform', 'packages/providers/src', '@parley/platform/db', provider],
  ['a provider imports an HTTP client', 'packages/providers/src', 'undici', provider],
  ['the platform imports a provider', 'packages/platform/src', '@parley/providers', platform],
  ['a service imports the PostgreSQL driver', 'services/gateway/src', 'pg', wrapped],
  ['a service imports NATS', 'services/gateway/src', '@nats-io/transport-node', wrapped],
  ['a service imports Express', 'services/gateway/src', 'express', wrapped],
  ['a service imports OpenTelemetry', 'services/gateway/src', '@opentelemetry/api', wrapped],
  ['a tool imports the metrics library', 'tools/bench/src', 'prom-client', wrapped],
  ['an end-to-end test imports the logger', 'tests/end-to-end/src', 'pino', wrapped],
  ['a service imports an HTTP client', 'services/gateway/src', 'undici', ingredients],
  ['a service imports a tool', 'services/gateway/src', '@parley/launcher/main', ingredients],
];

const waysToImport: readonly [what: string, text: string][] = [
  ['a type', `import type { Pool } from 'pg';\nexport type P = Pool;`],
  ['lazily', `export const pg = await import('pg');`],
  ['to export it', `export { Pool } from 'pg';`],
  ['to export everything', `export * from 'pg';`],
  ['in the place of a type', `export type P = import('pg').Pool;`],
];

const allowed: readonly [file: string, ...Specifier[]][] = [
  ['packages/contracts/src/good.ts', 'zod', 'uuid', './neighbour.ts'],
  ['packages/contracts/src/good.test.ts', '@jest/globals', 'fast-check', 'node:fs', '@parley/testkit'],
  ['packages/providers/src/good.ts', 'zod', 'node:crypto', '@parley/contracts/ids'],
  ['packages/providers/src/good.test.ts', 'undici', 'standardwebhooks', '@parley/testkit'],
  ['packages/platform/src/good.ts', 'pg', '@nats-io/jetstream', 'express', 'undici', '@parley/contracts/ids'],
  ['packages/platform/src/good.test.ts', '@parley/testkit', '@jest/globals'],
  ['packages/testkit/src/good.ts', '@parley/launcher/main', '@parley/platform/db', 'testcontainers'],
  ['services/gateway/src/good.ts', '@parley/contracts/ids', '@parley/platform/db', 'kysely', 'zod'],
  ['services/gateway/src/also-good.ts', '@parley/providers', '@parley/gateway/a', 'node:crypto', './a.ts'],
  ['services/gateway/src/testing/good.ts', '@parley/testkit'],
  ['services/gateway/src/good.test.ts', '@parley/testkit', '@jest/globals', 'fast-check', 'undici'],
  [
    'tools/bench/src/good.ts',
    '@parley/platform/db',
    '@parley/launcher/main',
    'undici',
    '../../check/main.ts',
  ],
  ['tests/end-to-end/src/good.test.ts', '@parley/testkit', '@parley/contracts/ids', 'undici'],
];

const named = [
  'packages/contracts',
  'services/gateway',
  'services/ingest',
  'tools/launcher',
  'tools/simulator',
];

const offences = [
  ...forbidden.map(([what, folder, specifier, message], index) => {
    return { what, path: `${folder}/forbidden-${index}.ts`, text: `import '${specifier}';\n`, message };
  }),
  ...waysToImport.map(([way, text], index) => {
    return {
      what: `it is imported ${way}`,
      path: `services/gateway/src/way-${index}.ts`,
      text,
      message: wrapped,
    };
  }),
];

describe('the direction of imports', () => {
  let findings: Findings;

  beforeAll(async () => {
    findings = await lintFiles({
      ...Object.fromEntries(named.map((folder) => [`${folder}/package.json`, '{}'])),
      ...Object.fromEntries(offences.map(({ path, text }) => [path, text])),
      ...Object.fromEntries(
        allowed.map(([path, ...names]) => [path, names.map((name) => `import '${name}';\n`).join('')]),
      ),
    });
  });

  test.each(offences)('is wrong when $what, and the linter says why', ({ path, message }) => {
    expect(findings.get(path)).toEqual([expect.stringContaining(message)]);
  });

  test.each(allowed)('is right in %s', (path) => {
    expect(findings.get(path)).toBeUndefined();
  });
});
