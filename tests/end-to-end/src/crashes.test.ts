import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { startLoad, type Load } from './load.ts';
import { readLedgers, untilSettled } from './ledgers.ts';
import { messageIn } from './parley-client.ts';
import { aNumber, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { ownParley, untilStatus } from './running-parley.ts';
import { timeOf } from './time.ts';

// Short leases, so that what a killed dispatcher held is taken up again within the test's patience.
const parley = ownParley({
  envOf: {
    dispatcher: {
      LEASE_MS: '6000',
      PROVIDER_TIMEOUT_MS: '5000',
      RECONCILE_INTERVAL_MS: '500',
      QUEUED_STALE_MS: '3000',
    },
  },
});
const user = userOf(parley);
const provider = providerOf(parley);

/** How many messages were answered 202 so far. */
let acceptedInAll = 0;

describe('under load, nothing accepted is lost, sent twice or left unexplained', () => {
  let before: Awaited<ReturnType<typeof readLedgers>>;
  let load: Load;

  beforeEach(async () => {
    await parley.instance().untilReady();
    before = await readLedgers(parley.client());
    load = startLoad(parley.client(), 16);
    await until(() => load.accepted() >= 200, { what: '200 messages are accepted' });
  });

  // Also after a failure: neither slow providers nor a running load are for the test after it.
  afterEach(async () => {
    await parley.client().simulator('/control/chaos', { method: 'PUT', body: { seed: 1, receipts: {} } });
    acceptedInAll += (await load.stop()).length;
  });

  /** Lets the load go on after the fault, then compares what was answered with what happened. */
  async function expectEverythingSentOnce(): Promise<{ calls: number; accepted: number }> {
    const atFault = load.accepted();
    await until(() => load.accepted() >= atFault + 200, {
      what: 'messages are accepted again',
    });
    const ids = await load.stop();
    const after = await untilSettled(parley.client(), before.delivered + ids.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(after.effects - before.effects).toBe(ids.length);
    expect(after.projected - before.projected).toBe(ids.length);
    expect(after.delivered - before.delivered).toBe(ids.length);
    return { calls: after.calls - before.calls, accepted: ids.length };
  }

  test('when a dispatcher is killed between the provider calls and their record', async () => {
    // Slow providers keep many calls under way, so that the kill hits calls which were taken but not recorded. Late
    // receipts leave it to the next dispatcher to find out: an early one would tell it that they were taken.
    await parley.client().simulator('/control/chaos', {
      method: 'PUT',
      body: { seed: 1, latency_ms: 1_000, receipts: { delay_ms: 18_000 } },
    });
    const { calls: fastCalls } = await readLedgers(parley.client());
    await until(async () => (await readLedgers(parley.client())).calls >= fastCalls + 20, {
      what: 'calls run',
    });
    await parley.instance().kill('dispatcher', 'SIGKILL');
    const { calls, accepted } = await expectEverythingSentOnce();
    expect(calls).toBeGreaterThan(accepted);
  });

  test('when NATS is killed and its whole store deleted', async () => {
    await parley.instance().restartNats({ wipe: true });
    await expectEverythingSentOnce();
  });

  test('when PostgreSQL stops as in a crash', async () => {
    await parley.instance().restartPostgres({ immediate: true });
    await expectEverythingSentOnce();
  });

  test('when every service is killed, one after the other', async () => {
    for (const name of ['ingest', 'gateway', 'reporting', 'dispatcher'])
      await parley.instance().kill(name, 'SIGKILL');
    await expectEverythingSentOnce();
  });
});

test('a message whose call is under way when the dispatcher dies is sent once', async () => {
  const to = aNumber();
  await provider.will(to, { delay_ms: 4_000 });
  const { id } = await user.sends({ to });
  await provider.untilCalled(to, 1);
  await parley.instance().kill('dispatcher', 'SIGKILL');
  await timeOf(parley).afterTheLeases();
  await user.sees(id, 'delivered');
  expect(await provider.calls(to)).toMatchObject({ sent: 1 });
  acceptedInAll += 1;
});

test('a lease later, every message that was answered is still one, was sent once, and there is no other', async () => {
  const to = '+4915200000000';
  // Its second call comes when every lease of before, and every wait for lost work, is over.
  await parley.client().simulator('/control/scripts', {
    body: { to, outcomes: [{ status: 429, retry_after: 12 }] },
  });
  const { id } = messageIn(
    await parley.client().call('/v1/messages', { body: { from: 'MyCorp', to, body: 'the last' } }),
  );
  await untilStatus(parley.client(), id, 'delivered');
  const inAll = acceptedInAll + 1;
  expect(await untilSettled(parley.client(), inAll)).toMatchObject({
    effects: inAll,
    projected: inAll,
    delivered: inAll,
  });
});
