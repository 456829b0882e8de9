import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Keyset, Page } from '@parley/contracts/requests/paging';
import { readPage } from '@parley/platform/db';
import { ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { listConversations } from './store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

/** One has 6,000 messages in two conversations, the oldest of 25,000; another one message in each of the others. */
const FILL = [
  `insert into message (id, account_id, conversation_id, direction, type, "from", "to", attachments, "timestamp",
    created_at, status, round, progress)
  select gen_random_uuid(), '${ANY_ACCOUNT}', md5((n % 2)::text)::uuid, 'outbound', 'sms', 'chatty', '+' || n % 2, '[]',
    now(), now(), 'sent', 1, 1 from generate_series(0, 5999) as n`,
  `insert into message (id, account_id, conversation_id, direction, type, "from", "to", attachments, "timestamp",
    created_at, status, round, progress)
  select gen_random_uuid(), '${ANY_ACCOUNT}', md5(n::text)::uuid, 'outbound', 'sms', 'everywhere', '+' || n, '[]',
    now(), now(), 'sent', 1, 1 from generate_series(2, 24999) as n`,
  `insert into conversation (id, account_id, participants, types, message_count, unread_count, last_message_id,
    last_message_at, created_at)
  select md5(n::text)::uuid, '${ANY_ACCOUNT}',
    array[row(case when n < 2 then 'chatty' else 'everywhere' end, null)::participant, row('+' || n, null)::participant],
    '{sms}', 4, 0, gen_random_uuid(), timestamptz '2026-01-15 12:00Z' + n * interval '1 s', now()
  from generate_series(0, 24999) as n`,
];

beforeAll(async () => {
  for (const statement of [...FILL, 'analyze']) await sql.raw(statement).execute(db);
});
afterAll(close);

async function ask(who: string, page: Page) {
  const listing = listConversations(db, { account_id: ANY_ACCOUNT, id: null, participant: [who] });
  const { rows, next, total } = await readPage(listing, page);
  return {
    others: rows.map(({ used }) => used.find(({ address }) => address !== who)?.address),
    next,
    total,
  };
}

const after = (limit: number, key: Keyset | null = null) => ({ style: 'keyset', after: key, limit }) as const;

test('who has very many messages in few conversations is found there, far down the list', async () => {
  const one = await ask('chatty', after(1));
  expect(one.others).toEqual(['+1']);
  expect(await ask('chatty', after(5, one.next))).toMatchObject({ others: ['+0'], next: null });
  expect(await ask('chatty', { style: 'offset', page: 1, per_page: 5 })).toMatchObject({
    others: ['+1', '+0'],
    total: 2,
  });
});

test('who is nearly everywhere is found by walking the list', async () => {
  const one = await ask('everywhere', after(2));
  expect(one.others).toEqual(['+24999', '+24998']);
  expect((await ask('everywhere', after(2, one.next))).others).toEqual(['+24997', '+24996']);
  expect(await ask('everywhere', { style: 'offset', page: 2, per_page: 2 })).toMatchObject({
    others: ['+24997', '+24996'],
    total: 24_998,
  });
});

test('who takes part in one conversation is found by its messages, in one nobody', async () => {
  expect((await ask('+7', after(2))).others).toEqual(['everywhere']);
  expect((await ask('+nobody', after(2))).others).toEqual([]);
});
