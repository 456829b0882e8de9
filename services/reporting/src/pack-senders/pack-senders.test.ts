import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { forget, projections, recounted } from '../project-messages/projections-fixtures.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { findCrowded } from './find-crowded.ts';
import { packSome } from './pack-senders.ts';
import { AT_ONCE, countWaiting, isAlone } from './store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

beforeEach(() => forget(db));
afterAll(close);

/** The messages of the test are of hours that are over. */
const LATER = Date.parse('2027-01-01T00:00:00.000Z');
const HOUR_MS = 3_600_000;

const project = (messages: readonly Message[]): Promise<void> =>
  inTransaction(db, (trx) => addKnowledge(trx, messages.map(knowledgeOfMessage)));
async function packAll(now = LATER): Promise<void> {
  while (await packSome(db, now));
}
async function expectExact(): Promise<void> {
  expect((await projections(db)).statistics).toEqual((await recounted(db)).statistics);
}

const message = fc
  .record({
    account_id: fc.constantFrom(ANY_ACCOUNT, accountId.parse('another')),
    from: fc.nat(5).map((n) => `+1212555010${n}`),
    type: fc.constantFrom('sms' as const, 'email' as const),
    hour: fc.nat(2_000),
  })
  .map(({ hour, ...rest }) =>
    aMessage({
      ...rest,
      timestamp: new Date(Date.parse('2026-01-15T10:20:00.000Z') + hour * HOUR_MS).toISOString(),
    }),
  );

describe('whenever senders are packed', () => {
  test('they are counted as their messages are', async () => {
    const batch = fc.record({ messages: fc.array(message, { maxLength: 20 }), packs: fc.boolean() });
    await fc.assert(
      fc
        .asyncProperty(fc.array(batch, { maxLength: 5 }), async (batches) => {
          for (const { messages, packs } of batches) {
            await project(messages);
            if (packs) await packAll();
          }
          await expectExact();
        })
        .beforeEach(() => forget(db)),
      { numRuns: 30 },
    );
  });

  test('nothing is lost or counted twice while messages come and others pack, too', async () => {
    const batches = fc.sample(fc.array(message, { minLength: 20, maxLength: 20 }), { numRuns: 30, seed: 3 });
    const [half, rest] = [batches.slice(0, 15), batches.slice(15)];
    const projecting = [half, rest].map(async (some) => {
      for (const messages of some) await project(messages);
    });
    const packing = Array.from({ length: 30 }, () => packSome(db, LATER));
    await Promise.all([...projecting, ...packing]);
    await expectExact();
    await packAll();
    await expectExact();
    expect(await countWaiting(db)).toBe(0);
  });
});

test('what is counted in the hour that is now stays where it is', async () => {
  const now = Date.parse('2026-01-15T10:59:59.999Z');
  await project([aMessage({ timestamp: '2026-01-15T10:00:00.000Z' })]);
  await packAll(now);
  expect(await countWaiting(db)).toBe(1);
  await packAll(now + 1);
  expect(await countWaiting(db)).toBe(0);
});

test('an account for which very many are counted in an hour does not keep them all', async () => {
  await sql`insert into sender_bucket select ${ANY_ACCOUNT}, '2026-01-15T10:00:00Z', 'sender-' || i, 'outbound', 'sms', 1
    from generate_series(1, 10001) as i`.execute(db);
  await sql`insert into sender_bucket values ('another', '2026-01-15T10:00:00Z', 'MyCorp', 'outbound', 'sms', 1)`.execute(
    db,
  );
  await packAll(Date.parse('2026-01-15T10:30:00.000Z'));
  expect(await countWaiting(db)).toBe(10_002 - AT_ONCE);
});

describe('accounts for which too much is counted', () => {
  const LIMITS = { ofAccount: 2, counted: 4 };
  const find = (from: string) => inTransaction(db, (trx) => findCrowded(trx, from, LIMITS));
  const count = (account: string, senders: number) =>
    sql`insert into sender_bucket select ${account}, '2026-01-15T10:00:00Z', 'sender-' || i, 'outbound', 'sms', 1
      from generate_series(1, ${senders}::int) as i`.execute(db);

  test('are searched a bit at a time, each of them until it is no longer one', async () => {
    for (const [account, senders] of Object.entries({ a: 2, b: 2, c: 1, d: 3, e: 1 }))
      await count(account, senders);
    expect(await find('')).toEqual({ crowded: null, from: 'b' });
    expect(await find('b')).toEqual({ crowded: 'd', from: 'd' });
    await sql`delete from sender_bucket where account_id = 'd' and sender = 'sender-1'`.execute(db);
    expect(await find('d')).toEqual({ crowded: null, from: '' });
  });

  test('are none where nothing is counted, or nothing any more', async () => {
    expect(await find('')).toEqual({ crowded: null, from: '' });
    await count('a', 3);
    expect(await find('b')).toEqual({ crowded: null, from: '' });
  });
});

test('of accounts with large packs only some are packed at a time', async () => {
  const half = Buffer.alloc(600_000, 1);
  for (const account of ['a', 'b', 'c']) {
    await sql`insert into sender_pack values (${account}, 'ever', '-infinity', 'outbound', 'sms', 299999, ${half})`.execute(
      db,
    );
    await sql`insert into sender_bucket values (${account}, '2026-01-15T10:00:00Z', 'MyCorp', 'outbound', 'sms', 1)`.execute(
      db,
    );
  }
  expect(await packSome(db, LATER)).toBe(true);
  expect(await countWaiting(db)).toBe(1);
  await packAll();
  expect(await countWaiting(db)).toBe(0);
});

test('whoever comes while another one packs leaves it to that one', async () => {
  await project([aMessage()]);
  await inTransaction(db, async (trx) => {
    expect(await isAlone(trx)).toBe(true);
    expect(await packSome(db, LATER)).toBe(false);
  });
  expect(await countWaiting(db)).toBe(1);
});
