import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { sql } from 'kysely';
import { inDatabase } from './database.ts';
import { adminOf, aNumber, aSender, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { ownParley } from './running-parley.ts';
import { timeOf } from './time.ts';

// Two dispatchers, which know of each other only through the database.
const parley = ownParley({ replicas: { dispatcher: 2 } });
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);

const time = timeOf(parley);

const RATE = 20;
/** More than are sent while a test runs, on the slowest machine, too. */
const CAMPAIGN = 400;

beforeAll(async () => {
  for (const id of ['sms', 'sms-2'])
    await expecting(
      200,
      admin.asks(`/v1/connections/${id}`, { method: 'PATCH', body: { rate_per_second: RATE } }),
    );
});

/** Sends so many messages in one request. */
async function campaign(count: number, from: string): Promise<void> {
  const messages = Array.from({ length: count }, () => ({ from, to: aNumber(), body: 'hello' }));
  await expecting(200, user.asks('/v1/messages/batch', { body: { messages } }));
}

/** When the dispatchers made their calls for messages from a sender, epoch ms. */
const callsMade = (from: string): Promise<number[]> =>
  inDatabase(parley, 'dispatcher', async (db) => {
    const { rows } = await sql<{ started_at: string }>`
      select started_at from attempt join message on id = message_id where "from" = ${from}`.execute(db);
    return rows.map(({ started_at }) => Date.parse(started_at));
  });

/** Most of the instants that lie within one second. */
function mostInOneSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
}

describe('a connection that takes 20 messages a second of each sender', () => {
  test('is never asked for more, by all dispatchers together', async () => {
    const from = aSender();
    await campaign(70, from);
    expect(await provider.untilCalledBy(from, 70)).toHaveLength(70);
    // By the dispatchers' own clocks: when a busy provider hears of a call says little of when it was made.
    const times = await until(
      async () => {
        const made = await callsMade(from);
        return made.length === 70 ? made : null;
      },
      { what: 'all calls are recorded' },
    );
    expect(mostInOneSecond(times)).toBeLessThanOrEqual(RATE * 1.05);
  });

  test('takes the messages of another sender meanwhile', async () => {
    const from = aSender();
    await campaign(CAMPAIGN, from);
    const { id } = await user.sends({ from: aSender() });
    await user.sees(id, 'delivered');
    expect((await provider.untilCalledBy(from, 1)).length).toBeLessThan(CAMPAIGN / 2);
  });

  test('takes a one-time code before the rest of its sender’s campaign', async () => {
    const from = aSender();
    await campaign(CAMPAIGN, from);
    const { id } = await user.sends({ from, priority: 'high' });
    await user.sees(id, 'delivered');
    expect((await provider.untilCalledBy(from, 1)).length).toBeLessThan(CAMPAIGN / 2);
  });
});

test('a provider that has too much to do is left alone by the whole sender, and by nobody else', async () => {
  const [busy, next, free] = [aNumber(), aNumber(), aNumber()];
  const from = aSender();
  await provider.will(busy, { status: 429, retry_after: 3_600 });
  const first = await user.sends({ to: busy, from });
  await user.sees(first.id, 'queued', 'throttled');
  const waiting = await user.sends({ to: next, from });
  const other = await user.sends({ to: free, from: aSender() });
  await user.sees(other.id, 'delivered');
  expect(await provider.calls(busy)).toMatchObject({ calls: 1, sent: 0 });
  expect(await provider.calls(next)).toMatchObject({ calls: 0 });
  await time.afterThePauses();
  for (const { id } of [first, waiting]) await user.sees(id, 'delivered');
});
