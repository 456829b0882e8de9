import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Stats, StatsQuery } from '@parley/contracts/requests/query-stats';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfFact, knowledgeOfMessage } from '../project-messages/decide.ts';
import { changeFact } from '../project-messages/facts-fixtures.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { packSome } from '../pack-senders/pack-senders.ts';
import { statsReader } from './handler.ts';

const EVERYTHING: StatsQuery = {
  account_id: ANY_ACCOUNT,
  since: null,
  until: null,
  direction: null,
  type: null,
  top: 10,
};

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

/** The sender with number n sends n messages; two more senders are as busy as number 11. */
const senders = Array.from({ length: 12 }, (_, index) => `+1212555010${String(index).padStart(2, '0')}`);
const many: Message[] = senders.flatMap((from, count) =>
  Array.from({ length: count }, () => aMessage({ from })),
);
const others: Message[] = ['b@x.example', 'a@x.example'].flatMap((from) =>
  Array.from({ length: 11 }, () => aMessage({ from, type: 'email', timestamp: '2025-12-31T23:59:59.999Z' })),
);
const foreign = aMessage({ account_id: accountId.parse('another') });
const inbound = aMessage({ direction: 'inbound', status: 'received', timestamp: '2026-01-01T00:00:00.000Z' });

/** An account with messages of all kinds, of any hour of two years. */
const VARIED = accountId.parse('varied');
const aTime = fc
  .integer({ min: Date.parse('2025-01-01'), max: Date.parse('2026-12-31') })
  .map((ms) => new Date(ms).toISOString());
const varied = fc.sample(
  fc
    .record({
      timestamp: aTime,
      from: fc.nat(9).map((n) => `+1212555020${n}`),
      type: fc.constantFrom('sms' as const, 'email' as const),
      isInbound: fc.boolean(),
      tookMs: fc.option(fc.nat(90_000)),
    })
    .map(({ timestamp, from, type, isInbound, tookMs }) => {
      const account = { account_id: VARIED, timestamp, from, type };
      if (isInbound) return aMessage({ ...account, direction: 'inbound', status: 'received' });
      if (tookMs === null) return aMessage(account);
      const delivered_at = new Date(Date.parse(aMessage().created_at) + tookMs).toISOString();
      return aMessage({ ...account, status: 'delivered', delivered_at });
    }),
  { numRuns: 400, seed: 11 },
);

beforeAll(async () => {
  const known = [...many, ...others, inbound, foreign, ...varied].map(knowledgeOfMessage);
  await inTransaction(db, (trx) => addKnowledge(trx, known));
  const sent = many.slice(0, 6).map((message) => knowledgeOfFact(changeFact(message, { status: 'sent' })));
  await inTransaction(db, (trx) => addKnowledge(trx, sent));
});
afterAll(close);

const read = async (query: Partial<StatsQuery>) => {
  const [stats] = await statsReader(db)([{ ...EVERYTHING, ...query }]);
  return stats;
};

test('statistics count the account’s messages by day, sender, status, type and direction', async () => {
  expect(await read({})).toEqual({
    total: 66 + 22 + 1,
    by_day: [
      { date: '2025-12-31', count: 22 },
      { date: '2026-01-01', count: 1 },
      { date: '2026-01-15', count: 66 },
    ],
    top_senders: [
      { from: senders[11], count: 11 },
      { from: 'a@x.example', count: 11 },
      { from: 'b@x.example', count: 11 },
      ...[10, 9, 8, 7, 6, 5, 4].map((count) => ({ from: senders[count], count })),
    ],
    senders_count: 11 + 2 + (senders.includes(inbound.from) ? 0 : 1),
    by_status: { queued: 60 + 22, received: 1, sent: 6 },
    by_type: { email: 22, sms: 67 },
    by_direction: { inbound: 1, outbound: 88 },
    first_message_at: '2025-12-31T23:59:59.999Z',
    last_message_at: many[0]?.timestamp,
    delivery_latency: { count: 0, p50_ms: null, p95_ms: null },
  });
});

test('an account without messages has none', async () => {
  expect(await read({ account_id: accountId.parse('nobody') })).toEqual({
    total: 0,
    by_day: [],
    top_senders: [],
    senders_count: 0,
    by_status: {},
    by_type: {},
    by_direction: {},
    first_message_at: null,
    last_message_at: null,
    delivery_latency: { count: 0, p50_ms: null, p95_ms: null },
  });
});

test('every question gets its own account’s answer', async () => {
  const queries = ['another', 'nobody', 'another'].map((id) => ({
    ...EVERYTHING,
    account_id: accountId.parse(id),
  }));
  expect((await statsReader(db)(queries)).map(({ total }) => total)).toEqual([1, 0, 1]);
});

/** The statistics as the messages themselves have it. */
function counted(query: StatsQuery) {
  const found = varied.filter(
    ({ timestamp, direction, type }) =>
      (query.since === null || timestamp >= query.since) &&
      (query.until === null || timestamp < query.until) &&
      (query.direction === null || direction === query.direction) &&
      (query.type === null || type === query.type),
  );
  const by = (key: (message: Message) => string) => {
    const counts = new Map<string, number>();
    for (const message of found) counts.set(key(message), (counts.get(key(message)) ?? 0) + 1);
    return [...counts].toSorted(([one], [two]) => (one < two ? -1 : 1));
  };
  const times = found.map(({ timestamp }) => timestamp).toSorted();
  const bySender = by(({ from }) => from).toSorted(([, one], [, two]) => two - one);
  return {
    total: found.length,
    by_day: by(({ timestamp }) => timestamp.slice(0, 10)).map(([date, count]) => ({ date, count })),
    top_senders: bySender.slice(0, query.top).map(([from, count]) => ({ from, count })),
    senders_count: bySender.length,
    by_status: Object.fromEntries(by(({ status }) => status)),
    by_type: Object.fromEntries(by(({ type }) => type)),
    by_direction: Object.fromEntries(by(({ direction }) => direction)),
    first_message_at: times.at(0) ?? null,
    last_message_at: times.at(-1) ?? null,
    delivery_latency: { count: found.filter(({ delivered_at }) => delivered_at !== null).length },
  };
}

describe.each([
  ['no', '2025-01-01T00:00:00.000Z'],
  ['the older', '2026-01-01T00:00:00.000Z'],
  ['all', '2027-01-01T00:00:00.000Z'],
])('when %s senders are packed, whatever is asked', (_, now) => {
  beforeAll(async () => {
    while (await packSome(db, Date.parse(now)));
  });
  const query = fc.record({
    account_id: fc.constant(VARIED),
    since: fc.option(fc.oneof(aTime, fc.constantFrom(...varied.map(({ timestamp }) => timestamp)))),
    until: fc.option(fc.oneof(aTime, fc.constantFrom(...varied.map(({ timestamp }) => timestamp)))),
    direction: fc.constantFrom(null, 'outbound' as const, 'inbound' as const),
    type: fc.constantFrom(null, 'sms' as const, 'email' as const, 'mms' as const),
    top: fc.integer({ min: 1, max: 12 }),
  });

  test('the counts are those of the messages', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        expect(await read(asked)).toMatchObject(counted(asked));
      }),
      { numRuns: 150 },
    );
  });
});

test('how long delivery took is told within 5 %', async () => {
  const times = varied
    .flatMap(({ delivered_at, created_at }) =>
      delivered_at === null ? [] : [Date.parse(delivered_at) - Date.parse(created_at)],
    )
    .toSorted((one, two) => one - two);
  const exact = (share: number) => times[Math.ceil(times.length * share) - 1] ?? 0;
  const { p50_ms, p95_ms } = (await read({ account_id: VARIED }))?.delivery_latency ?? {};
  expect(Math.abs((p50_ms ?? 0) / exact(0.5) - 1)).toBeLessThan(0.05);
  expect(Math.abs((p95_ms ?? 0) / exact(0.95) - 1)).toBeLessThan(0.05);
});

describe.each(['before they are packed', 'after'])('of very many senders %s', (when) => {
  const account_id = accountId.parse(`crowded ${when}`);
  const TIED = 7_000;

  beforeAll(async () => {
    await sql`insert into sender_bucket (account_id, hour, sender, direction, type, count)
      select ${account_id}, timestamptz '2026-01-01' + i % 9 * interval '1 hour', 'sender-' || to_char(i, 'FM00000'), 'outbound', 'sms',
        case when i in (17, 6000) then 3 else 2 end
      from generate_series(1, ${TIED}::int) as i`.execute(db);
    if (when === 'after') while (await packSome(db, Date.parse('2027-01-01')));
  });

  test('that are equally busy the first by name are told', async () => {
    const stats = await read({ account_id, top: 4 });
    expect(stats?.senders_count).toBe(TIED);
    expect(stats?.top_senders).toEqual([
      { from: 'sender-00017', count: 3 },
      { from: 'sender-06000', count: 3 },
      { from: 'sender-00001', count: 2 },
      { from: 'sender-00002', count: 2 },
    ]);
  });
});

test('an answer is of one moment, whatever is projected meanwhile', async () => {
  const account_id = accountId.parse('busy');
  const answers: Promise<Stats[]>[] = [];
  for (let n = 0; n < 40; n += 1) {
    const told = [
      aMessage({
        account_id,
        from: `MyCorp${n % 3}`,
        timestamp: `2026-01-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00.000Z`,
      }),
    ];
    answers.push(statsReader(db)([{ ...EVERYTHING, account_id }]).then((all) => [...all]));
    await inTransaction(db, (trx) => addKnowledge(trx, told.map(knowledgeOfMessage)));
  }
  for (const [stats] of await Promise.all(answers)) {
    const sum = (counts: readonly { count: number }[]) => counts.reduce((all, { count }) => all + count, 0);
    expect(sum(stats?.top_senders ?? [])).toBe(stats?.total);
    expect(sum(stats?.by_day ?? [])).toBe(stats?.total);
  }
});
