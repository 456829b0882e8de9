import { beforeAll, describe, expect, test } from '@jest/globals';
import { adminOf, aNumber, aSender, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';

// Two dispatchers, which know of each other only through the database.
const parley = runningParley({ replicas: { dispatcher: 2 } });
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);

const RATE = 20;

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

const instants = (entries: readonly { at: string }[]): number[] => entries.map(({ at }) => Date.parse(at));

/** Most of the instants that lie within one second. */
function mostInOneSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
}

describe('a connection that takes 20 messages a second of each sender', () => {
  test('is never asked for more, by all dispatchers together', async () => {
    const from = aSender();
    await campaign(70, from);
    const entries = await provider.untilCalledBy(from, 70);
    expect(entries).toHaveLength(70);
    // Five in a hundred: what the way to the provider takes differs from call to call.
    expect(mostInOneSecond(instants(entries))).toBeLessThanOrEqual(RATE * 1.05);
  });

  test('takes the messages of another sender meanwhile', async () => {
    const from = aSender();
    await campaign(60, from);
    const { id, to } = await user.sends({ from: aSender() });
    await user.sees(id, 'delivered');
    const [other] = (await provider.calls(to)).entries;
    const entries = await provider.untilCalledBy(from, 60);
    expect(entries.filter(({ at }) => at > (other?.at ?? '')).length).toBeGreaterThan(30);
  });

  test('takes a one-time code before the rest of its sender’s campaign', async () => {
    const from = aSender();
    await campaign(60, from);
    const { id, to } = await user.sends({ from, priority: 'high' });
    await user.sees(id, 'delivered');
    const [code] = (await provider.calls(to)).entries;
    const entries = await provider.untilCalledBy(from, 61);
    expect(entries.filter(({ at }) => at > (code?.at ?? '')).length).toBeGreaterThan(30);
  });
});

test('a provider that has too much to do is left alone by the whole sender, and by nobody else', async () => {
  const [busy, next, free] = [aNumber(), aNumber(), aNumber()];
  const from = aSender();
  await provider.will(busy, { status: 429, retry_after: 2 });
  const first = await user.sends({ to: busy, from });
  await user.sees(first.id, 'queued', 'throttled');
  const waiting = await user.sends({ to: next, from });
  const other = await user.sends({ to: free, from: aSender() });
  for (const { id } of [first, waiting, other]) await user.sees(id, 'delivered');
  const [refusedAt = 0] = instants((await provider.calls(busy)).entries);
  const [nextAt = 0] = instants((await provider.calls(next)).entries);
  const [freeAt = 0] = instants((await provider.calls(free)).entries);
  expect(nextAt - refusedAt).toBeGreaterThanOrEqual(2_000);
  expect(freeAt - refusedAt).toBeLessThan(2_000);
});
