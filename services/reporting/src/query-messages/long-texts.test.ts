import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import { NO_CONDITIONS } from '@parley/contracts/requests/query-messages';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import type { ReportingTables } from '../database.ts';
import { indexSome } from '../index-texts/index-texts.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { nextIds, REACHES } from './next-store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

/** Newest first; 1,000 bytes each, with the subject. */
const messages = Array.from({ length: 10 }, (_, index) =>
  aMessage({
    type: 'email',
    subject: 'Привет',
    body: `zebra${index}`.padEnd(988, '.'),
    timestamp: `2026-01-15T10:00:0${9 - index}.000Z`,
  }),
);
const idAt = (index: number): MessageId | undefined => messages[index]?.id;

beforeAll(() => inTransaction(db, (trx) => addKnowledge(trx, messages.map(knowledgeOfMessage))));
afterAll(close);

const find = (q: string, octets: number) =>
  nextIds(
    db,
    {
      account_id: ANY_ACCOUNT,
      filter: { ...NO_CONDITIONS, q },
      order: 'desc',
      conversations: null,
      named: null,
    },
    { next: { key: null, limit: 5 }, reaches: { ...REACHES, near: 5, far: 5, octets } },
  );
const endOf = (index: number) => ({ at: messages[index]?.timestamp, id: idAt(index) });

test('where texts are long, fewer are looked through, and the page ends where that did', async () => {
  expect(await find('zebra8', 3_500)).toEqual({ rows: [], end: endOf(3) });
  expect(await find('zebra3', 3_500)).toEqual({ rows: [idAt(3)], end: endOf(3) });
  expect(await find('zebra1', 1)).toEqual({ rows: [], end: endOf(0) });
});

test('what waits to be indexed is looked through at once as long as it says little', async () => {
  expect(await find('zebra8', 10_000)).toEqual({ rows: [idAt(8)], end: null });
  expect(await find('zebra8', 8_999)).toEqual({ rows: [idAt(8)], end: endOf(8) });
});

test('what is indexed is found at once, however long all others are', async () => {
  while (await indexSome(db));
  expect(await find('zebra8', 3_500)).toEqual({ rows: [idAt(8)], end: null });
  // All of them may say this.
  expect(await find('......', 3_500)).toMatchObject({ end: endOf(3) });
});
