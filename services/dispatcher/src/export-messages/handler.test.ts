import { afterAll, afterEach, expect, test } from '@jest/globals';
import type { Message } from '@parley/contracts/message';
import type { ExportCursor, ExportPage } from '@parley/contracts/requests/export';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { queue } from '../testing/rows.ts';
import { messageExporter } from './handler.ts';

const BEGINNING = new Date(0).toISOString();

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate message`.execute(db);
});
afterAll(close);

async function page(
  after: ExportCursor | null,
  limit: number,
  since = BEGINNING,
): Promise<ExportPage<Message>> {
  const [found] = await messageExporter(db)([{ since, after, limit }]);
  if (found === undefined) throw new Error('there was no reply');
  return found;
}

async function everything(limit: number): Promise<Message[][]> {
  const pages: Message[][] = [];
  let after: ExportCursor | null = null;
  do {
    const { rows, next }: ExportPage<Message> = await page(after, limit);
    pages.push(rows);
    after = next;
  } while (after !== null);
  return pages;
}

test('pages hold every message once, whole, and the last one says so', async () => {
  const messages = Array.from({ length: 7 }, () => aMessage());
  await queue(db, messages);
  const pages = await everything(3);
  expect(pages.map((rows) => rows.length)).toEqual([3, 3, 1]);
  expect(pages.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(messages);
});

test('a page that is exactly full is followed by none', async () => {
  await queue(db, [aMessage(), aMessage()]);
  expect((await everything(2)).map((rows) => rows.length)).toEqual([2]);
});

test('only what changed since is exported', async () => {
  const [old, young] = [aMessage(), aMessage()];
  await queue(db, [old, young]);
  await sql`update message set changed_at = now() - interval '1 hour' where id = ${old.id}`.execute(db);
  const since = new Date(Date.now() - 60_000).toISOString();
  expect((await page(null, 10, since)).rows.map(({ id }) => id)).toEqual([young.id]);
});

test('a message that changes while the pages are read is not passed over', async () => {
  const messages = Array.from({ length: 4 }, () => aMessage());
  await queue(db, messages);
  const first = await page(null, 2);
  const unread = messages.find(({ id }) => !first.rows.some((row) => row.id === id));
  await sql`update message set status = 'sent', changed_at = clock_timestamp() where id = ${unread?.id}`.execute(
    db,
  );
  const second = await page(first.next, 10);
  expect(second.rows.find(({ id }) => id === unread?.id)?.status).toBe('sent');
});

test('long messages make short pages', async () => {
  await queue(
    db,
    Array.from({ length: 5 }, () => aMessage({ type: 'email', body: 'x'.repeat(190_000) })),
  );
  expect((await everything(1_000)).map((rows) => rows.length)).toEqual([2, 2, 1]);
});

test('a message longer than any page comes alone', async () => {
  await queue(db, [aMessage({ body: 'x'.repeat(500_000) }), aMessage()]);
  expect((await everything(1_000)).map((rows) => rows.length)).toEqual([1, 1]);
});
