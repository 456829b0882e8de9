import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conversationIdOf, newUserId } from '@parley/contracts/ids';
import type { Keyset, PageResult } from '@parley/contracts/requests/paging';
import { inTransaction, readPage } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { listConversations, type Bounds, type StoredConversation } from './store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

const bugs = newUserId();
const OURS = ['MyCorp', 'OurCorp', '+12025550142'];
const ownerOf = (address: string) => (address === '+12025550142' ? bugs : null);

/** Much of some, little of others; what was said last is at the same time in some conversations. */
const messages = Array.from({ length: 120 }, (_, index) => {
  const from = OURS[index % 7 === 0 ? 2 : index % 2] ?? '';
  const to = `+1555000${Math.floor(index ** 1.5) % 30}`;
  const participants = [from, to].map((address) => ({ address, user_id: ownerOf(address) }));
  return aMessage({
    from,
    to,
    from_user_id: ownerOf(from),
    conversation_id: conversationIdOf(ANY_ACCOUNT, participants),
    created_at: `2026-01-15T10:00:0${index % 9}.000Z`,
  });
});

let all: StoredConversation[];

beforeAll(async () => {
  await inTransaction(db, (trx) => addKnowledge(trx, messages.map(knowledgeOfMessage)));
  const page = { style: 'keyset', after: null, limit: 200 } as const;
  all = (
    await readPage(listConversations(db, { account_id: ANY_ACCOUNT, id: null, participant: null }), page)
  ).rows;
});
afterAll(close);

/** All pages, one after the other. */
async function walk(who: string[], bounds: Bounds, limit: number): Promise<StoredConversation[][]> {
  const listing = listConversations(db, { account_id: ANY_ACCOUNT, id: null, participant: who }, bounds);
  const pages: StoredConversation[][] = [];
  let after: Keyset | null = null;
  do {
    const page: PageResult<StoredConversation> = await readPage(listing, { style: 'keyset', after, limit });
    pages.push(page.rows);
    after = page.next;
  } while (after !== null);
  return pages;
}

test('however little may be read at once, all pages together are all of somebody’s conversations, in order', async () => {
  const somebody = fc.uniqueArray(fc.constantFrom(...OURS, bugs, '+15550000', '+155500011', '+1999'), {
    minLength: 1,
    maxLength: 3,
  });
  const bounds = fc.record({
    few: fc.nat(20),
    walked: fc.integer({ min: 1, max: 60 }),
    messages: fc.nat(80),
  });
  expect(all.length).toBeGreaterThan(40);
  await fc.assert(
    fc.asyncProperty(somebody, bounds, fc.integer({ min: 2, max: 20 }), async (who, bound, limit) => {
      const expected = all.filter(({ used }) =>
        used.some(({ address, user_id }) => who.includes(address) || who.includes(user_id ?? '')),
      );
      const pages = await walk(who, bound, limit);
      expect(pages.flat()).toEqual(expected);
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
      const listing = listConversations(db, { account_id: ANY_ACCOUNT, id: null, participant: who }, bound);
      expect(await readPage(listing, { style: 'offset', page: 2, per_page: limit })).toEqual({
        rows: expected.slice(limit, 2 * limit),
        next: null,
        total: expected.length,
      });
    }),
    { numRuns: 25 },
  );
});
