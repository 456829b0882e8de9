import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { linkLibraries } from './postgres-binaries.ts';

test('libraries are linked whole, however many starts do it at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-binaries-'));
  try {
    const lib = join(folder, 'native', 'lib');
    await mkdir(lib, { recursive: true });
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
    await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify([link]));
    await Promise.all(Array.from({ length: 10 }, () => linkLibraries(folder)));
    expect(await readdir(lib)).toEqual(['libpq.so.5']);
    expect(await readlink(join(lib, 'libpq.so.5'))).toBe('libpq.so.5.18');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
