import { beforeAll, describe, expect, test } from '@jest/globals';
import { stats, type Stats } from '@parley/contracts/requests/query-stats';
import { until } from '@parley/testkit';
import fc from 'fast-check';
import { z } from 'zod';
import { connect } from './connections.ts';
import type { SigningConnection } from './parley-client.ts';
import { aNumber, expecting, sendingAccount, type User } from './people.ts';
import { runningParley } from './running-parley.ts';

/**
 * One history, told as often as HISTORIES says, each time of another number, in another order and with other repeats:
 * what Parley makes of it must be the same every time.
 */
const HISTORIES = Number(process.env['HISTORIES'] ?? 60);
const SEED = Number(process.env['HISTORIES_SEED'] ?? 7);
const AT_ONCE = 24;

const parley = runningParley();
let user: User;
let inbox: SigningConnection;
let sms: SigningConnection;

/** Whose history it is: what we wrote to them, by the names that the provider gave it. */
interface Teller {
  number: string;
  references: string[];
}
type Event = (teller: Teller) => Promise<unknown>;

const webhook = (connection: SigningConnection, body: object) =>
  expecting(200, parley.client().webhook(connection, JSON.stringify(body)));
const received = (name: string, text: string): Event => {
  const ts = `2026-01-1${name}T10:00:00Z`;
  return ({ number }) =>
    webhook(inbox, { message_id: `${number}-${name}`, from: number, to: '+12125550100', ts, text });
};
const reported = (message: number, status: string, occurred: string, more: object = {}): Event => {
  return ({ number, references }) =>
    webhook(sms, {
      provider_reference: references[message],
      status,
      event_id: `${number}-${message}-${occurred}`,
      occurred_at: new Date(started + Number(occurred) * 10).toISOString(),
      ...more,
    });
};
/** Reads a message that came in; it can be asked for by its provider's name for it only once it is listed. */
const readBy = (name: string): Event => {
  return async (teller) => {
    await received(name, `message ${name}`)(teller);
    const [one] = await until(
      async () => {
        const { body } = await user.asks(`/v1/messages?from=${encodeURIComponent(teller.number)}&limit=200`);
        const { data } = z
          .object({
            data: z.array(z.looseObject({ id: z.string(), provider_message_id: z.string().nullable() })),
          })
          .parse(body);
        const own = data.filter(
          ({ provider_message_id }) => provider_message_id === `${teller.number}-${name}`,
        );
        return own.length > 0 && own;
      },
      { what: `message ${name} is listed` },
    );
    return expecting(200, user.does('read', one?.id ?? ''));
  };
};

/** Two of three messages that came in are read; of three that went out two arrived, of one of them it was said before that it did not. */
const EVENTS: readonly Event[] = [
  received('1', 'message 1'),
  received('2', 'message 2'),
  received('3', 'message 3'),
  readBy('1'),
  readBy('2'),
  reported(0, 'FAILED', '1', { error_code: '30003' }),
  reported(0, 'DELIVERED', '2'),
  reported(0, 'DELIVERED', '3'),
  reported(1, 'DELIVERED', '4'),
  reported(1, 'FAILED', '5'),
  reported(2, 'FAILED', '6', { error_code: '30005' }),
  reported(2, 'FAILED', '7', { error_code: '30005' }),
];
const SENT = 3;
const RECEIVED = 3;

const history = fc.record({
  order: fc.shuffledSubarray([...EVENTS.keys()], { minLength: EVENTS.length }),
  repeats: fc.array(fc.tuple(fc.nat(EVENTS.length - 1), fc.nat(EVENTS.length)), { maxLength: 6 }),
});
const histories = fc.sample(history, { numRuns: HISTORIES, seed: SEED }).map(({ order, repeats }) => {
  const told = [...order];
  for (const [event, place] of repeats) told.splice(place, 0, event);
  return told;
});
const tellers: Teller[] = histories.map(() => ({ number: aNumber(), references: [] }));
let started: number;

/** Does something for each of many, so many at once. */
async function forEach<T>(
  many: readonly T[],
  work: (one: T, index: number) => Promise<unknown>,
): Promise<void> {
  const waiting = many.entries();
  const worker = async () => {
    for (const [index, one] of waiting) await work(one, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

beforeAll(async () => {
  user = await sendingAccount(parley, 'told');
  inbox = await connect(parley, user, { id: 'told-in', provider: 'generic' });
  sms = await connect(parley, user, { id: 'told-out', provider: 'sms-gateway' });
  await forEach(tellers, async (teller) => {
    for (let n = 0; n < SENT; n += 1) {
      const { id } = await user.sends({ from: '+12125550100', to: teller.number, body: `Hello ${n}` });
      const { provider_message_id } = await user.sees(id, 'sent');
      teller.references.push(provider_message_id ?? '');
    }
  });
  started = Date.now();
  await forEach(histories, async (events, index) => {
    const teller = tellers[index];
    if (teller === undefined) throw new Error('nobody tells it');
    for (const event of events) await EVENTS[event]?.(teller);
  });
}, 600_000);

const conversations = z.object({
  data: z.array(
    z.object({
      message_count: z.int(),
      unread_count: z.int(),
      types: z.array(z.string()),
      participants: z.array(z.object({ addresses: z.array(z.string()) })),
    }),
  ),
});
const messages = z.object({
  data: z.array(
    z.object({
      direction: z.string(),
      body: z.string(),
      status: z.string(),
      status_reason: z.string().nullable(),
    }),
  ),
});

const readStats = async () => stats.parse((await expecting(200, user.asks('/v1/stats?top=1'))).body);
const BY_STATUS: Stats['by_status'] = { delivered: 2, read: 2, received: 1, undelivered: 1 };

describe('however a history is told, in any order and with any repeats', () => {
  test('the statistics are those of as many histories', async () => {
    const expected = Object.fromEntries(Object.entries(BY_STATUS).map(([one, n]) => [one, n * HISTORIES]));
    const counted = await until(
      async () => {
        const now = await readStats();
        return JSON.stringify(now.by_status) === JSON.stringify(expected) && now;
      },
      { what: `the statistics are ${JSON.stringify(expected)}` },
    );
    const today = new Date(started).toISOString().slice(0, 10);
    expect(counted).toMatchObject({
      total: (SENT + RECEIVED) * HISTORIES,
      by_direction: { inbound: RECEIVED * HISTORIES, outbound: SENT * HISTORIES },
      by_type: { sms: (SENT + RECEIVED) * HISTORIES },
      senders_count: HISTORIES + 1,
      top_senders: [{ from: '+12125550100', count: SENT * HISTORIES }],
      delivery_latency: { count: 2 * HISTORIES },
    });
    expect(counted.by_day.filter(({ date }) => date < today)).toEqual(
      ['2026-01-11', '2026-01-12', '2026-01-13'].map((date) => ({ date, count: HISTORIES })),
    );
  });

  test('each has the same conversation and the same messages', async () => {
    const outcomes = new Map<string, number[]>();
    await forEach(tellers, async ({ number }, index) => {
      const who = encodeURIComponent(number);
      const [talks, from, to] = await Promise.all([
        user.asks(`/v1/conversations?participant=${who}`),
        user.asks(`/v1/messages?from=${who}`),
        user.asks(`/v1/messages?to=${who}`),
      ]);
      const all = [...messages.parse(from.body).data, ...messages.parse(to.body).data];
      const outcome = JSON.stringify({
        conversations: conversations.parse(talks.body).data,
        messages: all.toSorted((one, two) => (one.body < two.body ? -1 : 1)),
      }).replaceAll(number, 'THEM');
      outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), index]);
    });
    const orders = [...outcomes].map(([outcome, indexes]) => ({ outcome, told: histories[indexes[0] ?? 0] }));
    expect(orders).toHaveLength(1);
    expect(JSON.parse(orders[0]?.outcome ?? '')).toMatchObject({
      conversations: [{ message_count: SENT + RECEIVED, unread_count: 1, types: ['sms'] }],
      messages: [
        { body: 'Hello 0', status: 'delivered' },
        { body: 'Hello 1', status: 'delivered' },
        { body: 'Hello 2', status: 'undelivered' },
        { body: 'message 1', status: 'read' },
        { body: 'message 2', status: 'read' },
        { body: 'message 3', status: 'received' },
      ],
    });
  });
});
