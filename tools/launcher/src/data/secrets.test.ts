import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSecrets, openSecrets } from './secrets.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'parley-secrets-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('secrets', () => {
  test('are made once, kept, and readable by their owner only', async () => {
    const path = join(folder, 'secrets.json');
    const made = await openSecrets(path);
    expect(await openSecrets(path)).toEqual(made);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('that are missing are made anew only while nothing is kept under them', async () => {
    const [path, sealed] = [join(folder, 'secrets.json'), join(folder, 'postgres')];
    await openSecrets(path, { sealed });
    await rm(path);
    await mkdir(sealed);
    await expect(openSecrets(path, { sealed })).rejects.toMatchObject({
      code: 'broken_data_directory',
      message: expect.stringContaining('is missing'),
    });
  });

  test('have the documented forms and at least 192 random bits', () => {
    const { api_key, admin_key, connections } = makeSecrets();
    for (const key of [api_key, admin_key]) expect(key).toMatch(/^parley_demo_[a-z0-9]{12}_[0-9A-Za-z]{40}$/);
    expect(Buffer.from(connections.mail.secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect(new Set(Object.values(connections).map(({ secret }) => secret)).size).toBe(4);
  });

  test.each([['not json'], ['{}'], ['{"api_key": ""}']])(
    'that are damaged (%s) are never replaced',
    async (content) => {
      const path = join(folder, 'secrets.json');
      await writeFile(path, content);
      await expect(openSecrets(path)).rejects.toMatchObject({ code: 'broken_data_directory' });
    },
  );
});
