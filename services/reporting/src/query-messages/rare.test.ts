import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset } from '@parley/contracts/requests/paging';
import { NO_CONDITIONS, type ListOrder, type MessageFilter } from '@parley/contracts/requests/query-messages';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { messageLister } from './handler.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

/** Of some hours long before and after what there is plenty of; several in an hour, and some at the same time. */
const hourOf = (index: number): string =>
  `${index % 2 === 0 ? '2020' : '2040'}-01-01T${String(Math.floor(index / 4)).padStart(2, '0')}:30:0${index % 3}.000Z`;
const rare: Message[] = Array.from({ length: 24 }, (_, index) =>
  aMessage({
    timestamp: hourOf(index),
    from: index % 3 === 0 ? 'rdibari' : 'MyCorp',
    type: index % 4 < 2 ? 'chat' : 'mms',
    status: index % 5 === 0 ? 'canceled' : 'undelivered',
    status_reason: index % 5 === 0 ? null : 'absent',
    provider: connectionId.parse('sms'),
  }),
);

beforeAll(async () => {
  await inTransaction(db, (trx) => addKnowledge(trx, rare.map(knowledgeOfMessage)));
  await sql`
    insert into message (id, account_id, conversation_id, direction, type, "from", "to", attachments, body, "timestamp",
      created_at, status, round, progress)
    select gen_random_uuid(), ${ANY_ACCOUNT}, gen_random_uuid(), 'outbound', 'sms', 'MyCorp', '+1', '[]', 'nothing',
      timestamptz '2030-01-01' + i * interval '1 s', now(), 'sent', 1, 1400 from generate_series(1, 25000) as i`.execute(
    db,
  );
});
afterAll(close);

async function walk(filter: Partial<MessageFilter>, order: ListOrder, limit: number): Promise<string[]> {
  const found: string[] = [];
  let after: Keyset | null = null;
  do {
    const page = { style: 'keyset' as const, after, limit };
    const query = { account_id: ANY_ACCOUNT, filter: { ...NO_CONDITIONS, ...filter }, order, page };
    const [result] = await messageLister(db, async () => [])([query]);
    found.push(...(result?.rows.map(({ id }) => id) ?? []));
    after = result?.next ?? null;
  } while (after !== null);
  return found;
}

describe('what is rare among very many is found page by page, in either order', () => {
  test.each<[string, Partial<MessageFilter>, (message: Message) => boolean]>([
    ['by type', { type: 'chat' }, ({ type }) => type === 'chat'],
    ['by status', { status: 'canceled' }, ({ status }) => status === 'canceled'],
    [
      'by both, of a time',
      { type: 'mms', status: 'undelivered', since: hourOf(6), until: hourOf(15) },
      ({ type, status, timestamp }) =>
        type === 'mms' && status === 'undelivered' && timestamp >= hourOf(6) && timestamp <= hourOf(15),
    ],
    ['by a direction that nothing has', { direction: 'inbound' }, () => false],
    ['by a rare sender', { from: ['rdibari'] }, ({ from }) => from === 'rdibari'],
    [
      'by any of two senders and a type',
      { from: ['rdibari', 'MyCorp'], type: 'mms' },
      ({ type }) => type === 'mms',
    ],
    [
      'by a busy sender and a status',
      { from: ['MyCorp'], status: 'canceled' },
      ({ from, status }) => from === 'MyCorp' && status === 'canceled',
    ],
    ['by a reason', { status_reason: 'absent' }, ({ status_reason }) => status_reason === 'absent'],
    [
      'by very many senders',
      { from: ['rdibari', ...Array.from({ length: 40 }, (_, n) => `+${n}`)] },
      ({ from }) => from === 'rdibari',
    ],
  ])('%s', async (_, filter, fits) => {
    const expected = rare
      .filter(fits)
      .toSorted((one, two) => (one.timestamp + one.id < two.timestamp + two.id ? 1 : -1))
      .map(({ id }) => id);
    for (const limit of [3, 50]) {
      expect(await walk(filter, 'desc', limit)).toEqual(expected);
      expect(await walk(filter, 'asc', limit)).toEqual(expected.toReversed());
    }
  });
});
