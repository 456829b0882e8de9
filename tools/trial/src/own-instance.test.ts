import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startOwnInstance } from './own-instance.ts';
import { silent } from './progress.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'parley-own-instance-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a place for data that is a file, or full of something else, is refused in one line', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const start = (data: string) => startOwnInstance({ purpose: 'test', data, progress: silent });
  const refusal = (why: string) => ({ code: 'bad_usage', message: expect.stringContaining(why) });
  await expect(start(file)).rejects.toMatchObject(refusal(`${file} is a file`));
  await expect(start(join(file, 'below'))).rejects.toMatchObject(refusal(`${file} is a file`));
  await expect(start(folder)).rejects.toMatchObject(refusal(`${folder} is not empty`));
});
