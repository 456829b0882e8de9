import { afterAll, expect, test } from '@jest/globals';
import { accountId, connectionId, newMessageId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import type { IngestTables } from '../database.ts';
import { commit } from '../receive-webhooks/commit.ts';
import { messageReader } from './handler.ts';

const { db, close } = await openTestDatabase<IngestTables>('ingest');

afterAll(close);

test('answers each item with its message, and null for what the account does not have', async () => {
  const message = aMessage({
    direction: 'inbound',
    status: 'received',
    provider: connectionId.parse('sms'),
    provider_message_id: 'ref-1',
    expires_at: null,
  });
  await commit(db, [{ kind: 'message', key: 'one', message, received_at: message.created_at }]);
  const replies = await messageReader(db)([
    { account_id: ANY_ACCOUNT, message_id: newMessageId() },
    { account_id: ANY_ACCOUNT, message_id: message.id },
    { account_id: accountId.parse('another'), message_id: message.id },
  ]);
  expect(replies).toEqual([null, message, null]);
});

test('says that nothing was done when the database is away', async () => {
  const away = createDatabase<IngestTables>({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    schema: 'ingest',
  });
  const asking = messageReader(away)([{ account_id: ANY_ACCOUNT, message_id: newMessageId() }]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
