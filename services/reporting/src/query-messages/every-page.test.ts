import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conversationId, newRowId, newUserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset, PageResult } from '@parley/contracts/requests/paging';
import { NO_CONDITIONS, type ListOrder, type MessageFilter } from '@parley/contracts/requests/query-messages';
import { inTransaction, readPage } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import type { ReportingTables } from '../database.ts';
import { indexSome } from '../index-texts/index-texts.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { listMessages } from './store.ts';
import type { Reaches } from './next-store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

const bugs = newUserId();
const CONVERSATIONS = [newRowId(), newRowId()].map((id) => conversationId.parse(id));
const SENDERS = ['MyCorp', 'OurCorp', '+12025550142'];
const RECIPIENTS = Array.from({ length: 20 }, (_, n) => `+155500${n + 10}`);
const TEXTS = ['Ihre Bestellung 100% da', 'bestellung_4711', 'Привет, МИР 🎉', 'ok', 'it’s "quoted" \\ a'];
const STATUSES = ['sent', 'delivered', 'failed'] as const;

/** Of nine hours, several at the same time, in an order of ids that is not that of their times. */
const messages: Message[] = Array.from({ length: 140 }, (_, index) => {
  const from = SENDERS[index % 11 === 0 ? 2 : index % 2] ?? '';
  const status = STATUSES[index % 13 === 0 ? 2 : index % 2] ?? 'sent';
  return aMessage({
    from,
    to: RECIPIENTS[(index * 7) % 20] ?? '',
    from_user_id: from === SENDERS[2] ? bugs : null,
    type: index % 17 === 0 ? 'mms' : 'sms',
    status,
    status_reason: status === 'failed' ? 'http_400' : null,
    conversation_id: CONVERSATIONS[index % 9 === 0 ? 1 : 0] ?? aMessage().conversation_id,
    body: TEXTS[index % 23 === 0 ? 3 : index % 5] ?? '',
    timestamp: `2026-01-15T0${(index * 5) % 9}:30:0${index % 4}.000Z`,
  });
});

beforeAll(async () => {
  const [indexed, waiting] = [messages.slice(0, 110), messages.slice(110)];
  await inTransaction(db, (trx) => addKnowledge(trx, indexed.map(knowledgeOfMessage)));
  while (await indexSome(db));
  await inTransaction(db, (trx) => addKnowledge(trx, waiting.map(knowledgeOfMessage)));
});
afterAll(close);

const several = (values: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...values, 'nobody'), { minLength: 1, maxLength: 20 });
const instant = fc.constantFrom(...messages.map(({ timestamp }) => timestamp));

const conditions = {
  from: several(SENDERS),
  to: several(RECIPIENTS),
  type: fc.constantFrom<Message['type'][]>('sms', 'mms', 'chat'),
  direction: fc.constantFrom<Message['direction'][]>('outbound', 'inbound'),
  status: fc.constantFrom(...STATUSES),
  status_reason: fc.constantFrom('http_400', 'none'),
  conversation_id: fc.constantFrom(...CONVERSATIONS),
  q: fc.constantFrom('bestellung', '0', 'МИР', '_', '100%', '🎉', '" \\', 'none of them', 'ok'),
  user: fc.constant({ id: bugs, addresses: [RECIPIENTS[3] ?? ''] }),
  since: instant,
  until: instant,
};
/** Up to three conditions. */
const wanted: fc.Arbitrary<MessageFilter> = fc
  .tuple(fc.record(conditions), fc.subarray(Object.keys(conditions), { maxLength: 3 }))
  .map(([filter, asked]) => ({
    ...NO_CONDITIONS,
    ...Object.fromEntries(Object.entries(filter).filter(([name]) => asked.includes(name))),
  }));
const reaches = fc.record({
  near: fc.integer({ min: 1, max: 20 }),
  far: fc.integer({ min: 1, max: 60 }),
  sayable: fc.nat(60),
  last: fc.integer({ min: 1, max: 60 }),
  octets: fc.integer({ min: 1, max: 3_000 }),
});

function fits(message: Message, filter: MessageFilter): boolean {
  const { from, to, type, direction, status, status_reason, conversation_id, q, user, since, until } = filter;
  const is = <T>(value: T, asked: T | null) => asked === null || value === asked;
  return (
    (from === null || from.includes(message.from)) &&
    (to === null || to.includes(message.to)) &&
    is(message.type, type) &&
    is(message.direction, direction) &&
    is(message.status, status) &&
    is(message.status_reason, status_reason) &&
    is(message.conversation_id, conversation_id) &&
    (q === null || (message.body ?? '').toLowerCase().includes(q.toLowerCase())) &&
    (user === null || message.from_user_id === user.id || user.addresses.includes(message.to)) &&
    (since === null || message.timestamp >= since) &&
    (until === null || message.timestamp <= until)
  );
}

interface Asked {
  filter: MessageFilter;
  order: ListOrder;
  bounds: Reaches;
}

const listOf = ({ filter, order, bounds }: Asked) => {
  const conversations = filter.conversation_id === null ? null : [filter.conversation_id];
  return listMessages(db, { account_id: ANY_ACCOUNT, filter, order, conversations, named: null }, bounds);
};

/** The ids on all pages, one page after the other; what happens meanwhile happens after each. */
async function walk(asked: Asked, limit: number, meanwhile = async () => {}): Promise<string[][]> {
  const pages: string[][] = [];
  let after: Keyset | null = null;
  do {
    const page: PageResult<Message> = await readPage(listOf(asked), { style: 'keyset', after, limit });
    pages.push(page.rows.map(({ id }) => id));
    after = page.next;
    await meanwhile();
  } while (after !== null);
  return pages;
}

test('however little may be read at once, all pages together are all that is wanted, in order', async () => {
  const order = fc.constantFrom<ListOrder[]>('asc', 'desc');
  await fc.assert(
    fc.asyncProperty(
      wanted,
      order,
      reaches,
      fc.integer({ min: 4, max: 30 }),
      async (filter, way, bounds, limit) => {
        const expected = messages
          .filter((message) => fits(message, filter))
          .toSorted((one, two) => (one.timestamp + one.id < two.timestamp + two.id ? -1 : 1))
          .map(({ id }) => id);
        if (way === 'desc') expected.reverse();
        const asked = { filter, order: way, bounds };
        const pages = await walk(asked, limit);
        expect(pages.flat()).toEqual(expected);
        for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
        const numbered = await readPage(listOf(asked), { style: 'offset', page: 2, per_page: limit });
        expect(numbered.total).toBe(expected.length);
        expect(numbered.rows.map(({ id }) => id)).toEqual(expected.slice(limit, 2 * limit));
      },
    ),
    { numRuns: 200 },
  );
});

test('what comes meanwhile, at the times of what is there, leaves no gap and repeats nothing', async () => {
  const bounds = { near: 3, far: 7, sayable: 0, last: 11, octets: 150 };
  const later: string[] = [];
  const come = async () => {
    if (later.length > 200) return;
    const then = [0, 50, 100].flatMap((index) => messages[index] ?? []);
    const said = then.map(({ timestamp }) => aMessage({ type: 'mms', timestamp }));
    later.push(...said.map(({ id }) => id));
    await inTransaction(db, (trx) => addKnowledge(trx, said.map(knowledgeOfMessage)));
  };
  for (const order of ['asc', 'desc'] as const) {
    for (const asked of [{ type: 'mms' }, { type: 'mms', q: 'b' }, { from: SENDERS, type: 'mms' }] as const) {
      const filter: MessageFilter = { ...NO_CONDITIONS, ...asked, from: 'from' in asked ? SENDERS : null };
      const expected = messages.filter((message) => fits(message, filter)).map(({ id }) => id);
      const found = (await walk({ filter, order, bounds }, 4, come)).flat();
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining(expected));
    }
  }
});
