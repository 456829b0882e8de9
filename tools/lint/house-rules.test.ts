import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Findings, lintFiles } from './lint-files.ts';

const lines = (count: number): string => 'void 0;\n'.repeat(count);
const testFile = (call: string): string =>
  `import { expect, test } from '@jest/globals';\n${call}('x', () => expect(1).toBe(1));\n`;

const offences: readonly [what: string, path: string, text: string, message: string][] = [
  [
    'files import each other in a circle',
    'services/gateway/src/egg.ts',
    `export { hen } from './hen.ts';`,
    'Dependency cycle detected',
  ],
  ['a file has more than 250 lines', 'tools/bench/src/long.ts', lines(251), 'File has too many lines (251).'],
  [
    'a function has more than 50 lines',
    'tools/bench/src/long-function.ts',
    `export function long() {\n${lines(50)}}\n`,
    'The function `long` has too many lines',
  ],
  [
    'a function takes more than four parameters',
    'tools/bench/src/wide.ts',
    'export const wide = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e];',
    'too many parameters',
  ],
  ['a file is called after nothing', 'tools/bench/src/http-utils.ts', 'export {};', '"utils" says nothing'],
  ['a folder is called after nothing', 'tools/bench/src/shared/a.ts', 'export {};', '"shared" says nothing'],
  ['a file name is not in kebab-case', 'tools/bench/src/aThing.ts', 'export {};', 'in kebab-case'],
  ['something is any', 'tools/bench/src/any.ts', 'export const a: any = 1;', 'Unexpected `any`'],
  [
    'something is just said not to be null',
    'tools/bench/src/non-null.ts',
    'export const f = (a?: string): string => a!;',
    'non-null assertion',
  ],
  ['the compiler is told to look away', 'tools/bench/src/look.ts', '// @ts-ignore\nexport {};', '@ts-ignore'],
  [
    'a cast goes by way of unknown',
    'tools/bench/src/cast.ts',
    'export const f = (a: string) => a as unknown as number;',
    'A double cast silences the compiler',
  ],
  ['a service writes to the console', 'services/gateway/src/say.ts', `console.log('');`, 'console'],
  ['a test is skipped', 'tools/bench/src/skipped.test.ts', testFile('test.skip'), 'Disabled test'],
  ['a test runs alone', 'tools/bench/src/alone.test.ts', testFile('test.only'), 'focused test'],
];

const fine: readonly [what: string, path: string, text: string][] = [
  ['a file of 250 lines', 'tools/bench/src/full.ts', lines(250)],
  ['a function of 50 lines', 'tools/bench/src/full-function.ts', `export function full() {\n${lines(48)}}\n`],
  ['a long list of tests', 'tools/bench/src/list.test.ts', `describe('x', () => {\n${lines(60)}});\n`],
  ['a tool that writes to the console', 'tools/bench/src/say.ts', `console.log('');`],
];

describe('the linter', () => {
  let findings: Findings;

  beforeAll(async () => {
    const files = [...offences, ...fine].map(([, path, text]) => [path, text]);
    const otherHalf = { 'services/gateway/src/hen.ts': `export { egg } from './egg.ts';` };
    findings = await lintFiles({ ...Object.fromEntries(files), ...otherHalf });
  });

  test.each(offences)('objects when %s', (_what, path, _text, message) => {
    expect(findings.get(path)).toEqual([expect.stringContaining(message)]);
  });

  test.each(fine)('accepts %s', (_what, path) => {
    expect(findings.get(path)).toBeUndefined();
  });
});
