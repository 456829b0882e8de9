import { afterAll, afterEach, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { anAcceptItem, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { accepting, aDirectory } from '../testing/accepting.ts';
import { contextOn } from '../testing/rows.ts';
import { entriesOf } from '../testing/timelines.ts';
import { replayFinder } from './find-replays.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
const trace_id = 'c'.repeat(32);
const idempotency = { key: 'k', fingerprint: 'a'.repeat(64) };

afterEach(async () => {
  await sql`truncate message, idempotency_key, outbox, note`.execute(db);
});
afterAll(close);

const find = replayFinder(contextOn(db));

test('a key tells what its request was answered, and the repetition is noted', async () => {
  const accepted = await accepting(db, aDirectory()).one(anAcceptItem({ idempotency }));
  if (accepted.outcome !== 'accepted') throw new Error('was not accepted');
  const [message] = accepted.messages;
  const item = { account_id: ANY_ACCOUNT, idempotency, trace_id };
  expect(await find([item])).toEqual([{ messages: [message] }]);
  const entries = message === undefined ? [] : await entriesOf(db, message.id);
  expect(entries.at(-1)).toMatchObject({ event: 'replayed', details: { idempotency_key: 'k', trace_id } });
});

test('nothing is told by another request, another key or another account, nor after the time of a key', async () => {
  await accepting(db, aDirectory()).one(anAcceptItem({ idempotency }));
  const item = { account_id: ANY_ACCOUNT, idempotency, trace_id };
  const others = [
    { ...item, idempotency: { ...idempotency, fingerprint: 'b'.repeat(64) } },
    { ...item, idempotency: { ...idempotency, key: 'other' } },
    { ...item, account_id: accountId.parse('other') },
  ];
  expect(await find(others)).toEqual([null, null, null]);
  await sql`update idempotency_key set expires_at = now() - interval '1 minute'`.execute(db);
  expect(await find([item])).toEqual([null]);
});
