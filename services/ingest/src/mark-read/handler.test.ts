import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { accountId, connectionId, newMessageId, newRowId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { ChangeItem, ChangeReply } from '@parley/contracts/requests/change-messages';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { IngestTables } from '../database.ts';
import { messageExporter } from '../export-messages/handler.ts';
import { commit } from '../receive-webhooks/commit.ts';
import { readMarker } from './handler.ts';

const { db, close } = await openTestDatabase<IngestTables>('ingest');

beforeEach(async () => {
  await sql`truncate inbound_message, outbox`.execute(db);
});
afterAll(close);

async function received(): Promise<Message> {
  const message = aMessage({
    direction: 'inbound',
    status: 'received',
    provider: connectionId.parse('sms'),
    provider_message_id: newRowId(),
    expires_at: null,
  });
  await commit(db, [{ kind: 'message', key: message.id, message, received_at: message.created_at }]);
  return message;
}

const asked = ({ id, account_id }: Pick<Message, 'id' | 'account_id'>): ChangeItem => ({
  account_id,
  message_id: id,
  by: 'key-1',
  request_id: newRowId(),
});
const markRead = (...items: ChangeItem[]) => readMarker({ db, outbox: { publishNow: () => {} } })(items);
const statusOf = (reply: ChangeReply | undefined) =>
  reply?.outcome === 'changed' ? reply.message.status : reply?.code;

async function toldRead(): Promise<unknown[]> {
  const { rows } = await sql<{ fact: unknown }>`
    select fact from outbox, json_array_elements(payload::json->'facts') as fact
    where fact->>'kind' = 'message.changed'`.execute(db);
  return rows.map(({ fact }) => fact);
}

test('an inbound message is read from the first time on that somebody says so, and that is told once', async () => {
  const message = await received();
  const [first] = await markRead(asked(message));
  expect(first).toMatchObject({
    outcome: 'changed',
    message: { ...message, status: 'read', read_at: expect.any(String) },
  });
  expect(await markRead(asked(message), asked(message))).toEqual([first, first]);
  const read_at = first?.outcome === 'changed' ? first.message.read_at : null;
  expect(await toldRead()).toMatchObject([
    { message_id: message.id, status: 'read', direction: 'inbound', round: 1, read_at },
  ]);
});

test('two who say so at once are both answered, and it is told once', async () => {
  const message = await received();
  const [one, two] = await Promise.all([markRead(asked(message)), markRead(asked(message))]);
  expect(one).toEqual(two);
  expect(await toldRead()).toHaveLength(1);
});

test('what was read comes with the export from then on', async () => {
  const [message, other] = [await received(), await received()];
  const since = await db
    .selectFrom('inbound_message')
    .select('changed_at')
    .where('id', '=', other.id)
    .executeTakeFirstOrThrow();
  await markRead(asked(message));
  const [page] = await messageExporter(db)([{ since: since.changed_at, after: null, limit: 10 }]);
  expect(page?.rows.map(({ id, status }) => [id, status])).toContainEqual([message.id, 'read']);
});

test('what the account does not have is not found and stays as it is', async () => {
  const message = await received();
  const foreign = { ...asked(message), account_id: accountId.parse('another') };
  const replies = await markRead(foreign, asked({ ...message, id: newMessageId() }), asked(await received()));
  expect(replies.map(statusOf)).toEqual(['not_found', 'not_found', 'read']);
  const row = await db
    .selectFrom('inbound_message')
    .select('read_at')
    .where('id', '=', message.id)
    .executeTakeFirstOrThrow();
  expect(row.read_at).toBeNull();
});

test('somebody else who asks for it in the same moment keeps nobody from having read it', async () => {
  const message = await received();
  const foreign = { ...asked(message), account_id: accountId.parse('another') };
  const replies = await markRead(asked(message), foreign);
  expect(replies.map(statusOf)).toEqual(['read', 'not_found']);
});

test('says that nothing was done when the database is away', async () => {
  const away = createDatabase<IngestTables>({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    schema: 'ingest',
  });
  const asking = readMarker({ db: away, outbox: { publishNow: () => {} } })([asked(aMessage())]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
