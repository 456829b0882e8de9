import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, newUserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset, Page } from '@parley/contracts/requests/paging';
import { NO_CONDITIONS, type MessageFilter } from '@parley/contracts/requests/query-messages';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { messageLister } from './handler.ts';

const bugs = newUserId();
const duck = newUserId();
const PHONE = '+12025550142';
const EMAIL = 'bugs@acme.test';

/** Times repeat, so that order depends on ids too. */
const at = (index: number): string => `2026-01-15T10:00:0${Math.floor(index / 4) % 10}.000Z`;

/** Whose a message is, in every way and combination in which it can be. */
const messages: Message[] = [
  { type: 'chat' as const, from: 'bugs', to: 'duck', from_user_id: bugs, to_user_id: duck },
  { type: 'chat' as const, from: 'duck', to: 'bugs', from_user_id: duck, to_user_id: bugs },
  { type: 'chat' as const, from: 'bugs', to: 'bugs', from_user_id: bugs, to_user_id: bugs },
  // A name is nobody's for good: it may have been that of another user.
  { type: 'chat' as const, from: 'bugs', to: 'duck', from_user_id: newUserId(), to_user_id: duck },
  { from: PHONE, from_user_id: bugs },
  { to: PHONE, to_user_id: bugs },
  // Of before the address was theirs.
  { to: PHONE, direction: 'inbound' as const, status: 'received' as const },
  { type: 'email' as const, from: EMAIL, to: 'x@y.test' },
  { type: 'email' as const, from: 'x@y.test', to: EMAIL, status: 'failed' as const },
  // Of before they had another number.
  { to: '+12025559999', to_user_id: bugs },
  { from: PHONE, to: EMAIL, from_user_id: bugs, to_user_id: bugs },
  { from: 'MyCorp', to: '+12025550000' },
].flatMap((said, index) => [
  aMessage({ ...said, timestamp: at(index) }),
  aMessage({ ...said, timestamp: at(index + 7) }),
]);
const isTheirs = (message: Message) =>
  [message.from_user_id, message.to_user_id].includes(bugs) ||
  [message.from, message.to].some((address) => [PHONE, EMAIL].includes(address));
const theirs = messages
  .filter(isTheirs)
  .toSorted((one, two) => (one.timestamp + one.id < two.timestamp + two.id ? 1 : -1));

const ANY: MessageFilter = { ...NO_CONDITIONS, user: { id: bugs, addresses: [PHONE, EMAIL] } };

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

beforeAll(async () => {
  const foreign = aMessage({ account_id: accountId.parse('another'), from: PHONE, from_user_id: bugs });
  await inTransaction(db, (trx) => addKnowledge(trx, [...messages, foreign].map(knowledgeOfMessage)));
});
afterAll(close);

const nobody = async (): Promise<never[]> => [];

async function ask(filter: Partial<MessageFilter>, page: Page) {
  const [result] = await messageLister(
    db,
    nobody,
  )([{ account_id: ANY_ACCOUNT, filter: { ...ANY, ...filter }, order: 'desc', page }]);
  if (result === undefined) throw new Error('no answer');
  return result;
}

describe('the messages of a user', () => {
  test.each<[string, Partial<MessageFilter>, (message: Message) => boolean]>([
    ['are those from or to them or any of their addresses, each once', {}, () => true],
    ['of a type', { type: 'chat' }, ({ type }) => type === 'chat'],
    ['from somebody', { from: ['duck', 'x@y.test'] }, ({ from }) => ['duck', 'x@y.test'].includes(from)],
    ['of a status', { status: 'failed' }, ({ status }) => status === 'failed'],
    ['since a time, which counts', { since: at(12) }, ({ timestamp }) => timestamp >= at(12)],
    [
      'of a direction since a time',
      { direction: 'inbound', since: at(8) },
      (message) => message.direction === 'inbound' && message.timestamp >= at(8),
    ],
    ['that nothing can be', { from: [] }, () => false],
  ])('%s', async (_, filter, fits) => {
    const expected = theirs.filter(fits).map(({ id }) => id);
    const found: string[] = [];
    let after: Keyset | null = null;
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask(filter, { style: 'keyset', after, limit: 3 });
      found.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    expect(found).toEqual(expected);
    const second = await ask(filter, { style: 'offset', page: 2, per_page: 4 });
    expect(second.total).toBe(expected.length);
    expect(second.rows.map(({ id }) => id)).toEqual(expected.slice(4, 8));
  });

  test('are those that name the user where no address is known', async () => {
    const page = await ask(
      { user: { id: duck, addresses: [] } },
      { style: 'keyset', after: null, limit: 50 },
    );
    expect(page.rows).toHaveLength(6);
  });

  test('of an address that cannot be stored are none', async () => {
    const user = { id: bugs, addresses: ['\0'] };
    expect((await ask({ user }, { style: 'keyset', after: null, limit: 50 })).rows).toEqual([]);
  });
});
