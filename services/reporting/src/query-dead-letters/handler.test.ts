import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  queryReportingDeadLetters,
  type DeadLetterFilter,
  type DeadLetterQuery,
} from '@parley/contracts/requests/dead-letters';
import { connectionId } from '@parley/contracts/ids';
import { keepDeadLetter } from '@parley/platform/bus';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { deadLetterLister } from './handler.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

beforeAll(async () => {
  const keep = keepDeadLetter(db);
  for (const [payload, reason] of Object.entries({ a: 'one', b: 'two', c: 'two', d: 'two' }))
    await keep({ subject: 'event.message.v1', payload, reason, deliveries: 3 });
  // Of the last two nobody can tell which came first.
  await sql`update dead_letter set last_seen_at = '2026-01-15T10:00:00Z'::timestamptz
    + least(ascii(payload), ascii('c')) * interval '1 s'`.execute(db);
});
afterAll(close);

const ANY: DeadLetterFilter = { ids: null, kind: null, reason: null, connection: null };
const FIRST: DeadLetterQuery['page'] = { style: 'keyset', after: null, limit: 50 };

async function ask(filter: Partial<DeadLetterFilter> = {}, query: Partial<DeadLetterQuery> = {}) {
  const [reply] = await deadLetterLister(db)([
    { account_id: ANY_ACCOUNT, whole: true, filter: { ...ANY, ...filter }, page: FIRST, ...query },
  ]);
  return queryReportingDeadLetters.reply.parse(reply);
}

test('dead letters come newest first, with everything that is known of them', async () => {
  const { rows, next } = await ask();
  expect(rows.map(({ reason }) => reason)).toEqual(['two', 'two', 'two', 'one']);
  expect(next).toBeNull();
  expect(rows[3]).toEqual({
    id: expect.any(String),
    kind: 'fact',
    reason: 'one',
    attempts: 3,
    first_seen_at: expect.any(String),
    last_seen_at: '2026-01-15T10:01:37.000Z',
    connection: null,
    provider_message_id: null,
    message_id: null,
  });
});

test.each<[string, Partial<DeadLetterFilter>, number]>([
  ['a kind', { kind: 'fact' }, 4],
  ['a kind that others have', { kind: 'message' }, 0],
  ['a reason', { reason: 'two' }, 3],
  ['a reason that nothing can have', { reason: '\u0000' }, 0],
  ['a connection', { connection: connectionId.parse('sms') }, 0],
  ['no ids', { ids: [] }, 0],
])('are found by %s', async (_, filter, expected) => {
  expect((await ask(filter)).rows).toHaveLength(expected);
  expect(await ask(filter, { page: { style: 'offset', page: 1, per_page: 10 } })).toMatchObject({
    total: expected,
  });
});

test('are found by their ids', async () => {
  const { rows } = await ask();
  const ids = rows.slice(1, 3).map(({ id }) => id);
  expect((await ask({ ids })).rows).toEqual(rows.slice(1, 3));
});

test('pages go on after a row, and by number', async () => {
  const { rows } = await ask();
  const first = await ask({}, { page: { style: 'keyset', after: null, limit: 1 } });
  const rest = await ask({}, { page: { style: 'keyset', after: first.next, limit: 10 } });
  expect([...first.rows, ...rest.rows]).toEqual(rows);
  expect(await ask({}, { page: { style: 'offset', page: 2, per_page: 3 } })).toEqual({
    rows: rows.slice(3),
    next: null,
    total: 4,
  });
});

test('who may not see the whole sees none', async () => {
  expect(await ask({}, { whole: false })).toEqual({ rows: [], next: null, total: null });
});

test('a database that is away is said to be', async () => {
  const away = createDatabase<ReportingTables>({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    schema: 'reporting',
  });
  const query = { account_id: ANY_ACCOUNT, whole: true, filter: ANY, page: FIRST };
  await expect(deadLetterLister(away)([query])).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
