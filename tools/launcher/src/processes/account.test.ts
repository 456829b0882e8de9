import { describe, expect, test } from '@jest/globals';
import { chooseUnprivileged, parsePasswd } from './account.ts';

const root = 'root:x:0:0:root:/root:/bin/bash';
const nobody = 'nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false';
const postgres = 'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash';
const daemon = 'daemon:x:1:1::/usr/sbin:/usr/sbin/nologin';

describe('the user that PostgreSQL is given when the launcher runs as root', () => {
  test.each([
    ['postgres, where there is one', [root, daemon, nobody, postgres], 'postgres'],
    ['else nobody', [root, daemon, nobody], 'nobody'],
    ['else any other', [root, daemon], 'daemon'],
    ['never root', [root], undefined],
    ['never another name of root', [root, 'toor:x:0:0::/root:/bin/sh'], undefined],
  ])('is %s', (_why, lines, expected) => {
    expect(chooseUnprivileged(parsePasswd(lines.join('\n')))?.name).toBe(expected);
  });
});

test('a passwd file is read with its comments and with the negative numbers that macOS has', () => {
  expect(parsePasswd(`# comment: a:b:c\n${nobody}\n\n`)).toEqual([
    { name: 'nobody', uid: 4_294_967_294, gid: 4_294_967_294 },
  ]);
});
