import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import { inTransaction } from '@parley/platform/db';
import { anAcceptItem, until, type AcceptOverrides } from '@parley/testkit';
import { sql } from 'kysely';
import { dispatching } from '../testing/dispatching.ts';
import { messageRow, SMS } from '../testing/rows.ts';
import { idsInLanes } from '../testing/waiting-messages.ts';

const RATE = 100;
const COUNT = 500;
const SLOW_RATE = 5;

const { db, provider, accept, start } = await dispatching((url) => ({
  connections: [
    { id: SMS, provider: 'sms-gateway', types: ['sms'], url, rate_per_second: RATE },
    {
      id: connectionId.parse('slow'),
      provider: 'mail-gateway',
      types: ['email'],
      url,
      rate_per_second: SLOW_RATE,
    },
  ],
}));

beforeAll(() => {
  for (let started = 0; started < 3; started += 1) start({ LEASE_MS: '30000', PROVIDER_TIMEOUT_MS: '10000' });
});
afterEach(() => {
  provider.calls.splice(0);
});
/** A mail of a campaign, or of somebody else. */
const mail = (overrides: AcceptOverrides = {}): AcceptItem =>
  anAcceptItem({ type: 'email', from: 'campaign@acme.test', to: 'you@example.test', ...overrides });
/** When the provider was called for mails to somebody, as numbers of calls. */
const placesOf = (to: string): number[] =>
  provider.calls.flatMap((call, place) => (call.to === to ? [place] : []));

/** When calls for texts were made, epoch ms. */
async function callsMade(): Promise<number[]> {
  const attempts = await db
    .selectFrom('attempt')
    .select('started_at')
    .where('connection_id', '=', SMS)
    .orderBy('started_at')
    .execute();
  return attempts.map(({ started_at }) => Date.parse(started_at));
}

/** The most calls within any one second. */
function mostInOneSecond(times: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last += 1) {
    while ((times[last] ?? 0) - (times[first] ?? 0) >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

test('three dispatchers together never exceed the limit of a lane, and empty it', async () => {
  await until(() => accept(anAcceptItem({ from: '+12125550111' })), {
    what: 'a dispatcher answers',
  });
  const items = Array.from({ length: COUNT }, () => anAcceptItem());
  await Promise.all(items.map((item) => accept(item)));
  await until(() => provider.calls.length >= COUNT, { what: 'all are sent' });
  // By the dispatchers' own clocks: when a busy provider hears of a call says little of when it was made.
  await until(async () => (await callsMade()).length >= COUNT, { what: 'all calls are recorded' });
  expect(mostInOneSecond(await callsMade())).toBeLessThanOrEqual(RATE * 1.05);
  // How much of the limit is used is measured by `npm run chaos -- --scenario lanes`: a busy machine misses slots.
});

describe('a campaign in a slow lane', () => {
  /** More than are sent while a test runs, on the slowest machine, too. */
  const CAMPAIGN = 500;
  beforeEach(async () => {
    const items = Array.from({ length: CAMPAIGN }, () => mail());
    await until(() => Promise.all(items.map((item) => accept(item))), {
      what: 'it is accepted',
    });
    await until(() => provider.calls.length >= 2, { what: 'it has begun' });
  });
  afterEach(async () => {
    // Tried again when it meets the dispatchers, which go on.
    await inTransaction(db, (trx) => sql`truncate message, waiting, lane`.execute(trx));
  });

  test('does not keep an urgent message of the same sender waiting', async () => {
    await accept(mail({ to: 'urgent@example.test', priority: 'high' }));
    await until(() => placesOf('urgent@example.test').length === 1, { what: 'it is sent' });
    expect((await idsInLanes(db)).length).toBeGreaterThan(CAMPAIGN / 2);
  });

  test('does not keep another sender waiting', async () => {
    await accept(mail({ from: 'other@acme.test', to: 'other@example.test' }));
    await until(() => placesOf('other@example.test').length === 1, { what: 'it is sent' });
    expect((await idsInLanes(db)).length).toBeGreaterThan(CAMPAIGN / 2);
  });

  test('leaves out what is over before its turn', async () => {
    const over = mail({ to: 'over@example.test', valid_for: 1 });
    await accept(over);
    const [id] = over.recipients.map((recipient) => recipient.id);
    await until(async () => id !== undefined && (await messageRow(db, id)).status === 'expired', {
      what: 'it expires',
    });
    expect(placesOf('over@example.test')).toEqual([]);
  });
});
