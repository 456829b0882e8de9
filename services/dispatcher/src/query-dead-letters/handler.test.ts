import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, connectionId, newMessageId, type MessageId } from '@parley/contracts/ids';
import type { MessageStatus } from '@parley/contracts/message-status';
import {
  queryDispatcherDeadLetters,
  type DeadLetterFilter,
  type DeadLetterQuery,
} from '@parley/contracts/requests/dead-letters';
import type { Keyset } from '@parley/contracts/requests/paging';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import {
  ANY_LETTER,
  SCOPE_OPTIONS,
  secondsAgo,
  storeBusLetter,
  storeOrphan,
} from '../testing/dead-letters.ts';
import { SMS } from '../testing/rows.ts';
import { forgetMessages, store } from '../testing/stored-messages.ts';
import { deadLetterLister } from './handler.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

async function ask(filter: Partial<DeadLetterFilter> = {}, query: Partial<DeadLetterQuery> = {}) {
  const [reply] = await deadLetterLister(
    db,
    SCOPE_OPTIONS,
  )([
    {
      account_id: ANY_ACCOUNT,
      whole: true,
      filter: { ...ANY_LETTER, ...filter },
      page: { style: 'keyset', after: null, limit: 50 },
      ...query,
    },
  ]);
  return queryDispatcherDeadLetters.reply.parse(reply);
}

/** A message that ended so many seconds ago. */
async function ended(status: MessageStatus, ageS: number, account = 'acme'): Promise<MessageId> {
  const status_reason = status === 'failed' ? 'http_400' : null;
  const id = await store(
    db,
    aMessage({ status, status_reason, provider: SMS, account_id: accountId.parse(account) }),
  );
  await sql`update message set changed_at = ${secondsAgo(ageS)} where id = ${id}`.execute(db);
  return id;
}

/** One of each kind, the newest first, and what nobody asked for between them. */
async function oneOfEach() {
  const message_id = newMessageId();
  const ids = {
    work: await storeBusLetter(db, {
      kind: 'work',
      payload: JSON.stringify({ v: 1, work: { message_id } }),
      ageS: 60,
    }),
    expired: await ended('expired', 600),
    orphan: await storeOrphan(db, { received_at: secondsAgo(700), error_code: null }),
    failed: await ended('failed', 800),
    fact: await storeBusLetter(db, { kind: 'fact', payload: 'not JSON', ageS: 900 }),
  };
  for (const status of ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'canceled'] as const)
    await ended(status, 100);
  await ended('failed', 100, 'another');
  await storeOrphan(db, { received_at: secondsAgo(10) });
  await storeOrphan(db, { received_at: secondsAgo(700), connection_id: connectionId.parse('other') });
  return { ids, message_id };
}

describe('dead letters', () => {
  test('are what failed and expired, old receipts on unknown messages, and bus messages, newest first', async () => {
    const { ids, message_id } = await oneOfEach();
    await sql`insert into attempt (message_id, attempt_no, round, connection_id, outcome, started_at, finished_at)
      values (${ids.failed}, 1, 1, 'sms', 'throttled', now(), '2026-01-15T10:00:07Z'),
        (${ids.failed}, 2, 1, 'sms', 'refused', now(), '2026-01-15T10:00:09Z')`.execute(db);
    expect(await ask()).toMatchObject({
      next: null,
      total: null,
      rows: [
        { id: ids.work, kind: 'work', reason: 'cannot be read', attempts: 2, message_id, connection: null },
        {
          id: ids.expired,
          kind: 'message',
          reason: 'expired',
          attempts: 3,
          first_seen_at: '2026-01-15T10:00:00.000Z',
          message_id: ids.expired,
          connection: 'sms',
        },
        {
          id: ids.orphan,
          kind: 'orphan_receipt',
          reason: 'unknown_reference',
          attempts: 1,
          connection: 'sms',
          provider_message_id: 'p-1',
          message_id: null,
        },
        { id: ids.failed, kind: 'message', reason: 'http_400', first_seen_at: '2026-01-15T10:00:07.000Z' },
        { id: ids.fact, kind: 'fact', message_id: null },
      ],
    });
  });

  test.each<[string, Partial<DeadLetterFilter>, string[]]>([
    ['a kind', { kind: 'message' }, ['expired', 'failed']],
    ['receipts', { kind: 'orphan_receipt' }, ['orphan']],
    ['facts', { kind: 'fact' }, ['fact']],
    ['a reason', { reason: 'http_400' }, ['failed']],
    ['the reason of an orphan', { reason: 'unknown_reference' }, ['orphan']],
    ['the reason of one that expired', { reason: 'expired' }, ['expired']],
    ['a connection', { connection: SMS }, ['expired', 'orphan', 'failed']],
    ['both', { connection: SMS, kind: 'message', reason: 'http_400' }, ['failed']],
    ['nothing by a reason that nothing has', { reason: '' }, []],
    ['nothing by a reason that cannot be stored', { reason: '\u0000' }, []],
    ['nothing by an empty list', { ids: [] }, []],
  ])('are found by %s', async (_, filter, expected) => {
    const { ids } = await oneOfEach();
    const names = new Map<string, string>(Object.entries(ids).map(([name, id]) => [id, name]));
    const { rows } = await ask(filter);
    expect(rows.map(({ id }) => names.get(id))).toEqual(expected);
    const numbered = await ask(filter, { page: { style: 'offset', page: 1, per_page: 100 } });
    expect(numbered).toMatchObject({ total: expected.length, next: null });
    expect(numbered.rows).toEqual(rows);
  });

  test('are found by their ids, whatever they are', async () => {
    const { ids } = await oneOfEach();
    const { rows } = await ask({ ids: [ids.fact, ids.failed, ids.orphan] });
    expect(rows.map(({ kind }) => kind)).toEqual(['orphan_receipt', 'message', 'fact']);
  });

  test('of the bus belong to no account', async () => {
    await oneOfEach();
    const kinds = async (query: Partial<DeadLetterQuery>) =>
      (await ask({}, query)).rows.map(({ kind }) => kind);
    expect(await kinds({ whole: false })).toEqual(['message', 'orphan_receipt', 'message']);
    expect(await kinds({ whole: false, account_id: accountId.parse('another') })).toEqual([
      'message',
      'orphan_receipt',
    ]);
  });

  test('go on after a row without gap or repeat, also where many were last seen at once', async () => {
    for (let count = 0; count < 7; count += 1) await ended('failed', 100);
    await sql`update message set changed_at = '2026-01-15T10:00:00Z'`.execute(db);
    await oneOfEach();
    const found: string[] = [];
    let after: Keyset | null = null;
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask(
        {},
        { page: { style: 'keyset', after, limit: 2 } },
      );
      found.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    const { rows } = await ask();
    expect(rows).toHaveLength(12);
    expect(found).toEqual(rows.map(({ id }) => id));
    const third = await ask({}, { page: { style: 'offset', page: 3, per_page: 5 } });
    expect(third).toMatchObject({ total: 12, rows: rows.slice(10) });
    const far = await ask({}, { page: { style: 'offset', page: 9e15, per_page: 100 } });
    expect(far).toEqual({ rows: [], next: null, total: 12 });
  });
});

test('says that nothing was done when the database is away', async () => {
  const away = createDatabase<DispatcherTables>({ url: 'postgres://127.0.0.1:1/none', schema: 'dispatcher' });
  const page = { style: 'keyset', after: null, limit: 1 } as const;
  const asking = deadLetterLister(
    away,
    SCOPE_OPTIONS,
  )([{ account_id: ANY_ACCOUNT, whole: true, filter: ANY_LETTER, page }]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
