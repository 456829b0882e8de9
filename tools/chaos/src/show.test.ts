import { expect, test } from '@jest/globals';
import { show } from './show.ts';

const outcome = { title: 'Storm: 10/s for 1 s', lines: [['client', '10 messages']] as const };

test('what is as promised is said so', () => {
  expect(show({ ...outcome, findings: [] })).toBe(
    'Storm: 10/s for 1 s\n\nclient            10 messages\n\nall as promised',
  );
});

test('what is not is told with ids to look at, twenty at most', () => {
  const ids = Array.from({ length: 23 }, (_, n) => `id-${n}`);
  const text = show({
    ...outcome,
    findings: [
      { what: 'lost', ids },
      { what: 'one too many', ids: [] },
    ],
  });
  expect(text).toContain('✗ lost: 23\n    id-0\n');
  expect(text).toContain('    id-19\n    … and 3 more\n✗ one too many');
  expect(text).not.toContain('all as promised');
});
