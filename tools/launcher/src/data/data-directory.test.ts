import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from './data-directory.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'parley-data-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a data directory', () => {
  test('is made with the directories above it, and can be taken again after its release', async () => {
    const path = join(folder, 'deep', 'down');
    const first = await openDataDirectory(path, { port: 1 });
    await expect(openDataDirectory(path, { port: 2 })).rejects.toMatchObject({ code: 'already_running' });
    await first.release();
    await (await openDataDirectory(path, { port: 3 })).release();
  });

  test('that is full of something else is neither used nor emptied', async () => {
    await writeFile(join(folder, 'thesis.txt'), 'years of work');
    await expect(openDataDirectory(folder, { port: 1, fresh: true })).rejects.toMatchObject({
      code: 'bad_usage',
    });
    expect(await readdir(folder)).toEqual(['thesis.txt']);
  });

  test('is emptied when asked to, after the start before it has gone', async () => {
    const first = await openDataDirectory(folder, { port: 1 });
    await writeFile(first.layout.secrets, 'old');
    await mkdir(first.layout.nats);
    await first.release();
    const fresh = await openDataDirectory(folder, { port: 1, fresh: true });
    expect((await readdir(folder)).toSorted()).toEqual(['.parley-data', 'launcher.pid', 'logs']);
    await fresh.release();
  });

  test('keeps everything when the start turns out to be impossible', async () => {
    const first = await openDataDirectory(folder, { port: 1 });
    await writeFile(first.layout.secrets, 'old');
    await first.release();
    const checkFirst = () => Promise.reject(new Error('no port'));
    await expect(openDataDirectory(folder, { port: 1, fresh: true, checkFirst })).rejects.toThrow('no port');
    expect(await readdir(folder)).toContain('secrets.json');
    await (await openDataDirectory(folder, { port: 1 })).release();
  });

  test('does not invite scripts to an instance that was killed', async () => {
    const first = await openDataDirectory(folder, { port: 1 });
    await writeFile(first.layout.instance, '{}');
    await first.release();
    const second = await openDataDirectory(folder, { port: 1 });
    expect(await readdir(folder)).not.toContain('parley.json');
    await second.release();
  });

  test.each([
    ['a file', () => join(folder, 'file'), /^\S+\/file is a file and not a directory; choose another place/],
    ['below a file', () => join(folder, 'file', 'x', 'y'), /^\S+\/file is a file and not a directory/],
    ['a device', () => '/dev/null', /^\/dev\/null is a file and not a directory/],
    ['where nothing can be made', () => '/proc/parley', /^The directory \/proc\/parley cannot be used/],
  ])('cannot be %s: that is said in one sentence', async (_what, path, sentence) => {
    await writeFile(join(folder, 'file'), '');
    await expect(openDataDirectory(path(), { port: 1 })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(sentence),
    });
  });

  test('with a file in the place of its logs says so, and is free again', async () => {
    await (await openDataDirectory(folder, { port: 1 })).release();
    await rm(join(folder, 'logs'), { recursive: true });
    await writeFile(join(folder, 'logs'), '');
    await expect(openDataDirectory(folder, { port: 1 })).rejects.toMatchObject({
      code: 'broken_data_directory',
      message: expect.stringMatching(/\/logs is a file, and the logs need a directory there; move it away/),
    });
    expect(await readdir(folder)).not.toContain('launcher.pid');
  });
});
