import { fileURLToPath } from 'node:url';
import { leftOut } from './tests/end-to-end/left-out.mjs';
import { directoryInMemory } from './tools/check/in-memory.mjs';

/** @param {string} path */
const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));

// Before the workers start, who take them over: where files are kept, and what the started services load from.
process.env['TMPDIR'] ??= directoryInMemory();
process.env['NODE_COMPILE_CACHE'] ??= fromHere('node_modules/.cache/node-compile');

/**
 * One configuration for every project: `jest --rootDir services/gateway` runs that project's tests (the npm
 * script `jest` and the Nx target `test` add what Node needs to run ES modules in Jest).
 * @type {import('jest').Config}
 */
export default {
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...leftOut()],
  passWithNoTests: true,
  // Only for what hangs: longer than `until` waits, so that what fails says what it waited for.
  testTimeout: 300_000,
  // Nx runs two projects at a time, and half of what tests do is waiting.
  maxWorkers: '100%',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  transform: {
    // Only strips types, as Node does when it runs the sources.
    '\\.ts$': [
      fromHere('node_modules/@swc/jest/index.js'),
      {
        jsc: {
          target: 'esnext',
          parser: { syntax: 'typescript' },
          transform: { verbatimModuleSyntax: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  cacheDirectory: fromHere('node_modules/.cache/jest'),
  reporters: [
    'default',
    fromHere('tools/check/count-reporter.ts'),
    fromHere('tests/end-to-end/src/log-reporter.ts'),
  ],
};
