import { beforeAll, describe, expect, test } from '@jest/globals';
import { stats, type Stats } from '@parley/contracts/requests/query-stats';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { connect } from './connections.ts';
import { aNumber, expecting, sendingAccount, type User } from './people.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
let account: User;
const page = z.object({ meta: z.object({ total: z.int() }) });

const read = async (query = '') => stats.parse((await account.asks(`/v1/stats?${query}`)).body);
const listed = async (query: string) =>
  page.parse((await account.asks(`/v1/messages?page=1&${query}`)).body).meta.total;

/** The statistics, once they count as many. */
const untilCounted = (total: number) =>
  until(
    async () => {
      const now = await read();
      return now.total === total && now;
    },
    { what: `${total} messages are counted` },
  );

const days = (counted: Stats) => Object.fromEntries(counted.by_day.map(({ date, count }) => [date, count]));

beforeAll(async () => {
  account = await sendingAccount(parley, 'counted');
});

describe('an account that has sent and received', () => {
  const [one, two] = [aNumber(), aNumber()];

  test('is counted by day, sender, status, type and direction as it is listed', async () => {
    const client = parley.client();
    const inbox = await connect(parley, account, { id: 'counted-in', provider: 'generic' });
    const out = await connect(parley, account, { id: 'counted-out', provider: 'sms-gateway' });
    const receive = (from: string, timestamp: string) =>
      client.webhook(
        inbox,
        JSON.stringify({ message_id: `${from}-${timestamp}`, from, to: '+12125550100', ts: timestamp }),
      );
    await receive(one, '2025-03-01T23:59:59Z');
    await receive(one, '2025-03-02T00:00:00Z');
    await receive(two, '2025-03-02T10:15:00Z');
    const { id } = await account.sends({ from: '+12125550100', timestamp: '2025-04-01T12:00:00Z' });
    const { provider_message_id } = await account.sees(id, 'sent');
    const receipt = { provider_reference: provider_message_id, status: 'DELIVERED' };
    await expecting(200, client.webhook(out, JSON.stringify(receipt)));
    await until(async () => (await listed('status=delivered')) === 1, { what: 'it is listed as delivered' });
    const counted = await untilCounted(4);
    expect(counted).toMatchObject({
      by_day: [
        { date: '2025-03-01', count: 1 },
        { date: '2025-03-02', count: 2 },
        { date: '2025-04-01', count: 1 },
      ],
      senders_count: 3,
      by_status: { delivered: 1, received: 3 },
      by_type: { sms: 4 },
      by_direction: { inbound: 3, outbound: 1 },
      first_message_at: '2025-03-01T23:59:59.000Z',
      last_message_at: '2025-04-01T12:00:00.000Z',
      delivery_latency: { count: 1, p50_ms: expect.any(Number), p95_ms: expect.any(Number) },
    });
    expect(counted.top_senders[0]).toEqual({ from: one, count: 2 });
    for (const { from, count } of counted.top_senders)
      expect(await listed(`from=${encodeURIComponent(from)}`)).toBe(count);
  });

  test.each([
    ['since=2025-03-02T00:00:00Z', 3, { '2025-03-02': 2, '2025-04-01': 1 }],
    ['until=2025-03-02T00:00:00Z', 2, { '2025-03-01': 1, '2025-03-02': 1 }],
    ['until=2025-03-01T23:59:59.999Z', 1, { '2025-03-01': 1 }],
    ['since=2025-03-01T23:59:59Z&until=2025-03-02T10:14:59.999Z', 2, { '2025-03-01': 1, '2025-03-02': 1 }],
    ['since=2025-03-02T10:15:00Z&until=2025-03-02T10:15:00Z', 1, { '2025-03-02': 1 }],
    ['direction=inbound', 3, { '2025-03-01': 1, '2025-03-02': 2 }],
    ['type=email', 0, {}],
    ['days=1', 0, {}],
    ['days=3650&direction=outbound&type=sms', 1, { '2025-04-01': 1 }],
    ['since=2025-04-01T00:00:00Z&until=2025-03-01T00:00:00Z', 0, {}],
  ])('is counted for %s', async (query, total, byDay) => {
    const counted = await read(query);
    expect([counted.total, days(counted)]).toEqual([total, byDay]);
  });

  test('shows as many senders as are asked for', async () => {
    expect(await read('top=1')).toMatchObject({ top_senders: [{ from: one, count: 2 }], senders_count: 3 });
  });
});

test.each([
  ['days=7&since=2026-01-01T00:00:00Z', '#/days'],
  ['days=0', '#/days'],
  ['top=101', '#/top'],
  ['since=yesterday', '#/since'],
  ['until=2026-13-01T00:00:00Z', '#/until'],
  ['direction=up', '#/direction'],
  ['type=fax', '#/type'],
  ['zap=1', '#/zap'],
])('%s is refused, by name', async (query, pointer) => {
  expect(await account.asks(`/v1/stats?${query}`)).toMatchObject({
    status: 422,
    body: { code: 'validation_failed', errors: [{ pointer }] },
  });
});
