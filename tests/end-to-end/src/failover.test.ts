import { afterEach, describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { adminOf, aNumber, aSender, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';
import { timeOf } from './time.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);
const time = timeOf(parley);

const connections = z.object({
  data: z.array(z.looseObject({ id: z.string(), breaker: z.string().nullable() })),
});

/** A connection, and how it is doing. */
async function connectionNamed(name: string) {
  const { data } = connections.parse((await expecting(200, admin.asks('/v1/connections'))).body);
  return data.find(({ id }) => id === name);
}

const connectionsCalled = async (to: string): Promise<string[]> =>
  (await provider.calls(to)).entries.map(({ connection }) => connection);

afterEach(() => provider.behaves({ receipts: {} }));

describe('of two connections', () => {
  test('the one with the lower priority is used', async () => {
    const { id, to } = await user.sends();
    expect(await user.sees(id, 'delivered')).toMatchObject({ provider: 'sms' });
    expect(await connectionsCalled(to)).toEqual(['sms']);
  });

  test('the other one is used when the first surely did not send, and the timeline says why', async () => {
    const to = aNumber();
    await provider.will(to, { status: 500 });
    const { id } = await user.sends({ to, from: aSender() });
    expect(await user.sees(id, 'delivered')).toMatchObject({ provider: 'sms-2' });
    expect(await connectionsCalled(to)).toEqual(['sms', 'sms-2']);
    const story = await user.timeline(id);
    expect(story.filter(({ event }) => event !== 'waiting')).toMatchObject([
      { event: 'accepted' },
      { event: 'attempt', provider: 'sms', details: { outcome: 'unavailable' } },
      { event: 'failover', summary: expect.stringContaining('sms-2') },
      { event: 'attempt', provider: 'sms-2', details: { outcome: 'accepted' } },
      { event: 'receipt', provider: 'sms-2' },
    ]);
  });

  test.each<[string, object, Record<string, unknown>, string, string[]]>([
    ['perhaps sent', { accept_then_drop: true }, {}, 'sent', ['sms', 'sms']],
    ['refused', { status: 400 }, {}, 'failed', ['sms']],
    ['had too much to do', { status: 429, retry_after: 1 }, {}, 'sent', ['sms', 'sms']],
  ])('the other one is not used when the first %s', async (...[, fate, , status, calls]) => {
    const to = aNumber();
    await provider.will(to, fate);
    // None comes before it is asked again.
    await provider.behaves({ receipts: 'off' });
    const { id } = await user.sends({ to, from: aSender() });
    await user.sees(id, status);
    expect(await connectionsCalled(to)).toEqual(calls);
  });
});

describe('a connection that does not take messages', () => {
  const breakerIs = (state: string) =>
    until(async () => (await connectionNamed('sms'))?.breaker === state, {
      what: `the breaker of sms is ${state}`,
    });

  test('because its provider is away is passed over until it is back', async () => {
    await provider.behaves({ receipts: {}, down: ['sms'] });
    const all = await Promise.all(Array.from({ length: 20 }, () => user.sends({ from: aSender() })));
    for (const { id } of all) expect(await user.sees(id, 'delivered')).toMatchObject({ provider: 'sms-2' });
    await until(
      async () => {
        // Each that finds it away pauses it again.
        await user.sends({ from: aSender() });
        return (await connectionNamed('sms'))?.paused_until;
      },
      { what: 'it is paused' },
    );
    expect(await connectionNamed('sms-2')).toMatchObject({ paused_until: null, reason: null });
    await provider.behaves({ receipts: {} });
    await until(
      async () => {
        const { id } = await user.sends({ from: aSender() });
        return (await user.sees(id, 'delivered')).provider === 'sms';
      },
      { what: 'it is used again' },
    );
  });

  test('of many recipients is passed over by its breaker, which tries it now and then', async () => {
    const recipients = Array.from({ length: 40 }, aNumber);
    await Promise.all(recipients.map((to) => provider.willThrough('sms', to, { status: 500 })));
    const all = await Promise.all(recipients.map((to) => user.sends({ to, from: aSender() })));
    for (const { id } of all) expect(await user.sees(id, 'delivered')).toMatchObject({ provider: 'sms-2' });
    await breakerIs('open');
    await time.beforeTheBreakersEnd();
    expect(await connectionNamed('sms-2')).toMatchObject({ breaker: 'closed' });
    const passing = await user.sends();
    await user.sees(passing.id, 'delivered');
    expect(await connectionsCalled(passing.to)).toEqual(['sms-2']);
    await time.afterTheBreakers();
    await breakerIs('half_open');
    await until(
      async () => {
        const { id } = await user.sends({ from: aSender() });
        return (await user.sees(id, 'delivered')).provider === 'sms';
      },
      { what: 'it is used again' },
    );
    await breakerIs('closed');
  });

  test('of one recipient only is not passed over', async () => {
    const to = aNumber();
    await provider.willThrough('sms', to, ...Array(40).fill({ status: 500 }));
    const all = await Promise.all(Array.from({ length: 40 }, () => user.sends({ to, from: aSender() })));
    for (const { id } of all) await user.sees(id, 'delivered');
    expect((await connectionsCalled(to)).filter((connection) => connection === 'sms')).toHaveLength(40);
    expect(await connectionNamed('sms')).toMatchObject({ breaker: 'closed' });
  });
});
