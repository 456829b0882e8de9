import { afterAll, expect, test } from '@jest/globals';
import { connectionId, newRowId } from '@parley/contracts/ids';
import { exportKeywords } from '@parley/contracts/requests/export';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { IngestTables } from '../database.ts';
import { commit } from '../receive-webhooks/commit.ts';
import { keywordExporter } from './handler.ts';

const { db, close } = await openTestDatabase<IngestTables>('ingest');

afterAll(close);

test('tells all keywords as their facts did, in pages from an instant on, and nothing else', async () => {
  const messages = ['STOP', 'Hello', 'start', 'HELP', 'stop please'].map((body, second) =>
    aMessage({
      direction: 'inbound',
      provider: connectionId.parse('sms'),
      provider_message_id: newRowId(),
      body,
      created_at: `2026-01-15T10:00:0${second}.000Z`,
    }),
  );
  const { keywords } = await commit(
    db,
    messages.map((message) => ({
      kind: 'message',
      key: message.id,
      message,
      received_at: message.created_at,
    })),
  );
  // As if each had been stored when it came in.
  await sql`update keyword set stored_at = received_at`.execute(db);
  expect(keywords.map(({ keyword }) => keyword)).toEqual(['stop', 'start', 'help']);
  const read = keywordExporter(db);
  const since = '2026-01-15T10:00:01.000Z';
  const [first] = await read([{ since, after: null, limit: 1 }]);
  expect(exportKeywords.reply.parse(first).rows).toEqual(keywords.slice(1, 2));
  const [second] = await read([{ since, after: first?.next ?? null, limit: 2 }]);
  expect(second).toEqual({ rows: keywords.slice(2), next: null });
});
