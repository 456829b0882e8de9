import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { completed } from './complete.mjs';

describe('a lockfile', () => {
  test('gets the optional packages npm left out, with the platform their names tell', () => {
    const optionalDependencies = { '@a/core-linux-arm64-musl': '1.2.3', '@a/core-darwin-x64': '1.2.3' };
    expect(completed({ 'node_modules/a': { version: '1.2.3', dev: true, optionalDependencies } })).toEqual({
      'node_modules/@a/core-darwin-x64': {
        version: '1.2.3',
        cpu: ['x64'],
        dev: true,
        optional: true,
        os: ['darwin'],
      },
      'node_modules/@a/core-linux-arm64-musl': {
        version: '1.2.3',
        cpu: ['arm64'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
      'node_modules/a': { version: '1.2.3', dev: true, optionalDependencies },
    });
  });

  test('keeps what it has, beside the package that asks for it or above', () => {
    const packages = {
      'node_modules/a/node_modules/b': {
        version: '1.0.0',
        optionalDependencies: { 'c-linux-x64': '1.0.0', d: '2.0.0' },
      },
      'node_modules/a/node_modules/c-linux-x64': { version: '1.0.0' },
      'node_modules/d': { version: '2.0.0' },
    };
    expect(completed(packages)).toEqual(packages);
  });

  test('of this repository lacks nothing: mend it with `npm run lockfile`', () => {
    const lockfile = z.object({ packages: z.record(z.string(), z.looseObject({})) });
    const url = new URL('../../package-lock.json', import.meta.url);
    const { packages } = lockfile.parse(JSON.parse(readFileSync(url, 'utf8')));
    expect(Object.keys(completed(packages))).toEqual(Object.keys(packages));
  });
});
