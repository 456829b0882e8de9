import { describe, expect, test } from '@jest/globals';
import type { BreakerState } from '@parley/contracts/requests/query-connections';
import { until } from '@parley/testkit';
import { sql } from 'kysely';
import { messageRow } from '../testing/rows.ts';
import type { Step } from '../testing/scripted-provider.ts';
import { idsInLanes } from '../testing/waiting-messages.ts';
import { BACKED, FIRST, SECOND, backedSending } from '../testing/backed-sending.ts';

const { providers, db, sending, health, send, sendMany } = await backedSending({
  LEASE_MS: '100000',
  PROVIDER_TIMEOUT_MS: '90000',
});

/** Keeps open breakers open until `endOpen`. */
const keepOpen = () => sql`update breaker set open_until = now() + interval '1 hour'`.execute(db);
/** Lets the time of open breakers pass. */
const endOpen = () => sql`update breaker set open_until = now()`.execute(db);
const isBreaker = (state: BreakerState, connection_id = FIRST) =>
  until(async () => (await health({ connection_id })).breaker === state, {
    what: `its breaker is ${state}`,
  });

describe('a connection that fails too often', () => {
  test('is left alone, and what waits for it costs nothing; one message tries whether it is back', async () => {
    providers.first.otherwise({ answer: 500 });
    await sendMany(25);
    await isBreaker('open');
    await keepOpen();
    const later = await send();
    await sending.waits(later);
    expect(await messageRow(db, later)).toMatchObject({
      status: 'queued',
      status_reason: 'provider_unavailable',
      attempts_spent: 0,
    });
    await until(async () => (await idsInLanes(db)).length === 26, {
      what: 'all wait in their lane',
    });
    const calls = providers.first.calls.length;
    await endOpen();
    await until(() => providers.first.calls.length > calls, { what: 'one tries' });
    await isBreaker('open');
    expect(providers.first.calls.length).toBe(calls + 1);
    providers.first.otherwise({ answer: 200 });
    await endOpen();
    await isBreaker('closed');
    await sending.isSent(later);
    await until(async () => (await idsInLanes(db)).length === 0, { what: 'nobody waits' });
  });

  test('is passed over while another one is well, and tried by what comes', async () => {
    providers.second.otherwise({ answer: 500 });
    await until(
      async () => {
        const ids = await sendMany(30, { account_id: BACKED });
        await Promise.all(ids.map(sending.isSent));
        return (await health({ connection_id: SECOND })).breaker === 'open';
      },
      // On a slow machine it may be half open again before all are sent; who comes next finds it failing.
      { what: 'its breaker is open' },
    );
    await keepOpen();
    const calls = providers.second.calls.length;
    await sending.isSent(await send({ account_id: BACKED }));
    expect(providers.second.calls.length).toBe(calls);
    providers.second.otherwise({ answer: 200 });
    await endOpen();
    await until(
      async () => {
        await sending.isSent(await send({ account_id: BACKED }));
        return (await health({ connection_id: SECOND })).breaker === 'closed';
      },
      { what: 'it is back' },
    );
    expect(providers.second.calls.length).toBeGreaterThan(calls);
  });
});

test('two providers that answer nothing do not hold up a third', async () => {
  const silent: Step = { answer: new Promise<void>(() => {}) };
  providers.first.otherwise(silent);
  providers.second.otherwise(silent);
  await Promise.all([sendMany(700), sendMany(700, { account_id: BACKED })]);
  await until(() => providers.first.calls.length >= 16 && providers.second.calls.length >= 16, {
    what: 'both have as many calls as they can have',
  });
  const mail = { type: 'email', from: 'me@alone.test', to: 'you@example.test' } as const;
  const [first, second] = [providers.first.calls.length, providers.second.calls.length];
  const ids = await sendMany(20, mail);
  await Promise.all(ids.map(sending.isSent));
  // Not because the others had finished: nothing that they were asked since was answered.
  expect([providers.first.calls.length, providers.second.calls.length]).toEqual([first, second]);
});
