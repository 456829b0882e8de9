import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { describeVariables, tableOf } from './describe.ts';
import { DOCUMENT, withTables } from './document.ts';

test('the tables in the document are as the schemas say; `npm run configuration` writes them', async () => {
  const document = await readFile(DOCUMENT, 'utf8');
  expect(await withTables(document)).toBe(document);
});

test('a variable tells its default, whether it is needed, and what it is for', () => {
  const schema = z.object({
    URL: z.url().describe('Where it is'),
    WAIT_MS: z.coerce.number().default(10).describe('How long, a|b'),
    NAME: z.string().optional().describe('What it is called'),
    SIZE: z.string().describe('How large').default('big'),
  });
  expect(tableOf(describeVariables(schema)).split('\n').slice(2)).toEqual([
    '| `URL` | required | Where it is |',
    String.raw`| \`WAIT_MS\` | \`10\` | How long, a\|b |`.replaceAll('\\`', '`'),
    '| `NAME` |  | What it is called |',
    '| `SIZE` | `big` | How large |',
  ]);
});

test('one that does not say what it is for is refused', () => {
  expect(() => describeVariables(z.object({ X: z.string() }))).toThrow('X does not say what it is for');
});

test('a document without a place for the tables is refused', async () => {
  await expect(withTables('# Operations')).rejects.toThrow('has no line');
});
