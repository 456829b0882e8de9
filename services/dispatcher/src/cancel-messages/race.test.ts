import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { delay } from '@parley/platform/runtime';
import { aMessage, testDatabase, type TestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import { messageChanger } from '../change-messages/handler.ts';
import type { Database, DispatcherTables } from '../database.ts';
import { contextOn, messageRow, queue, SMS } from '../testing/rows.ts';
import { asked } from '../testing/stored-messages.ts';
import { createClaimer } from '../send-message/claim.ts';
import { judgeCancel } from './decide.ts';

const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();

let database: TestDatabase;
/** Two processes: one fires, the other cancels. */
let dbs: Database[];

beforeAll(async () => {
  database = await testDatabase();
  dbs = [1, 2].map(() => createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher' }));
});
afterAll(async () => {
  await Promise.all(dbs.map((db) => db.destroy()));
  await database.drop();
});

interface Race {
  /** In the batches in which they are canceled. */
  cancels: readonly MessageId[][];
  /** In the order in which they are claimed. */
  fires: readonly MessageId[];
  /** How long after the claims the cancels begin, ms. */
  behindMs: number;
}

/** Claims and cancels the same messages at the same time. */
async function race(ids: readonly MessageId[], { cancels, fires, behindMs }: Race) {
  const [one, two] = dbs;
  if (one === undefined || two === undefined) throw new Error('not started');
  await queue(
    one,
    // Waiting, or scheduled for a time that has just come.
    ids.map((id, index) =>
      index % 2 === 0
        ? aMessage({ id, expires_at: EXPIRES_AT })
        : aMessage({ id, expires_at: EXPIRES_AT, status: 'scheduled', send_at: new Date(0).toISOString() }),
    ),
  );
  const claim = createClaimer(contextOn(one));
  const cancel = messageChanger(contextOn(two), judgeCancel);
  const firing = fires.map((message_id) => claim({ message_id, connection_id: SMS }));
  await delay(behindMs);
  const canceling = cancels.map((batch) => cancel(batch.map((id) => asked(id))));
  const claimed = await Promise.all(firing);
  const replies = (await Promise.all(canceling)).flat();
  return {
    claimed: new Set(claimed.flatMap((row) => row?.id ?? [])),
    canceled: new Set(replies.flatMap((reply) => (reply.outcome === 'changed' ? reply.message.id : []))),
  };
}

test('between canceling a message and sending it there is always exactly one winner', async () => {
  const won = { claimed: 0, canceled: 0 };
  const numbers = Array.from({ length: 12 }, (_, index) => index);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(numbers, { minLength: numbers.length }),
      fc.shuffledSubarray(numbers, { minLength: numbers.length }),
      fc.integer({ min: 1, max: numbers.length }),
      fc.integer({ min: 0, max: 20 }),
      async (firing, canceling, size, behindMs) => {
        const ids = numbers.map(() => aMessage().id);
        const pick = (order: readonly number[]) => order.flatMap((index) => ids[index] ?? []);
        const order = pick(canceling);
        const batches = numbers
          .filter((start) => start % size === 0)
          .map((start) => order.slice(start, start + size));
        const { claimed, canceled } = await race(ids, { cancels: batches, fires: pick(firing), behindMs });
        expect([...claimed, ...canceled].toSorted()).toEqual(ids.toSorted());
        for (const id of ids) {
          const [db] = dbs;
          const status = db && (await messageRow(db, id)).status;
          expect(status).toBe(claimed.has(id) ? 'sending' : 'canceled');
        }
        won.claimed += claimed.size;
        won.canceled += canceled.size;
      },
    ),
    { numRuns: 60 },
  );
  // Else it was no race.
  expect(won.claimed).toBeGreaterThan(0);
  expect(won.canceled).toBeGreaterThan(0);
});
