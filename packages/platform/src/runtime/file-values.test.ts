import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readConfig } from './config.ts';

const schema = z
  .object({ URL: z.url(), LOG: z.string().optional() })
  .refine(({ URL }) => URL !== 'http://forbidden/', 'is forbidden');
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-config-'));
  file = join(folder, 'URL');
  await writeFile(file, 'http://user:hunter2@host/\n');
});
afterAll(() => rm(folder, { recursive: true }));

test('a variable may be in a file, as secrets are mounted', () => {
  expect(readConfig(schema, { URL_FILE: file })).toEqual({ URL: 'http://user:hunter2@host/' });
});

test('only a variable that is known is looked for in a file', () => {
  expect(readConfig(schema, { URL: 'http://host/', OTHER_FILE: '/nowhere' })).toEqual({
    URL: 'http://host/',
  });
});

test.each([
  ['cannot be read', { URL_FILE: '/nowhere' }],
  ['is given beside the variable', { URL: 'http://host/', URL_FILE: '/nowhere' }],
])('a file that %s is told', (_, environment) => {
  expect(() => readConfig(schema, environment)).toThrow(
    expect.objectContaining({ problems: expect.arrayContaining([expect.stringMatching(/^URL_FILE: /)]) }),
  );
});
