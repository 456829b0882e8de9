import { expect, test } from '@jest/globals';
import { createLogger, Unavailable } from '@parley/platform/runtime';
import type { Outcome } from '@parley/providers/provider';
import { aMessage } from '@parley/testkit';
import { aClaimed } from '../testing/claimed.ts';
import { aConnection, directoryWith } from '../testing/connections.ts';
import { SMS } from '../testing/rows.ts';
import { createStandings } from '../lanes/standings.ts';
import { createAttempts, type AttemptOptions } from './attempt.ts';
import { routeOf } from './choose-route.ts';
import type { Finish } from './record-finishes.ts';

const limited = aConnection(SMS, { rate_per_second: 10 });
const UNAVAILABLE: Outcome = {
  kind: 'unavailable',
  reason: 'connection_refused',
  retry_after_ms: null,
  connection_wide: false,
};

/** Attempts for a first call that comes to this, and what is recorded of it. */
async function attempt(options: Partial<AttemptOptions>) {
  const finishes: Finish[] = [];
  const route = routeOf(limited);
  if (route === null) throw new Error('cannot be called');
  const attempts = createAttempts({
    directory: directoryWith([limited]),
    standings: createStandings(),
    breakers: { record: () => {}, tryOnce: async () => false, tried: async () => {} },
    fastPath: { sent: () => {} },
    awaitTurn: async () => true,
    call: async ({ provider }) => ({
      connection_id: provider,
      outcome: UNAVAILABLE,
      by: 'call',
      started_at: new Date().toISOString(),
      finished_at: new Date().toISOString(),
      trust: { honours_idempotency_keys: false, on_unknown_outcome: 'hold', took_none: false },
    }),
    finish: async (finish) => void finishes.push(finish),
    measure: () => {},
    callWithinMs: 20_000,
    logger: createLogger('dispatcher', 'silent'),
    ...options,
  });
  const claimed = aClaimed(aMessage(), { attempt_no: 1, attempts_spent: 0, waited_for: null });
  const place = { hangUp: () => {}, leave: () => {} };
  attempts.begin({ claimed, route, place, slot: null, isTry: false });
  await attempts.drain();
  return finishes;
}

test('a message whose turn would come too late waits in its lane: nobody wonders whether it was sent', async () => {
  const finishes = await attempt({ awaitTurn: async () => false });
  expect(finishes).toMatchObject([
    { call: null, move: { status: 'queued', status_reason: 'rate_limited', wait: { for: 'lane' } } },
  ]);
});

test('so does one that has no turn because the database is away', async () => {
  const finishes = await attempt({ awaitTurn: () => Promise.reject(new Unavailable('no database')) });
  expect(finishes).toMatchObject([{ call: null, move: { status: 'queued', wait: { for: 'lane' } } }]);
});

test('a message whose lane was paused after it was taken out goes back, uncalled', async () => {
  const standings = createStandings();
  const { from } = aMessage();
  standings.pause({ connection_id: SMS, sender: from }, 60_000);
  const finishes = await attempt({ standings });
  expect(finishes).toMatchObject([
    { call: null, move: { status: 'queued', status_reason: 'throttled', wait: { for: 'lane' } } },
  ]);
  standings.open(SMS, 60_000);
  expect(await attempt({ standings })).toMatchObject([
    { call: null, move: { status: 'queued', status_reason: 'provider_unavailable', attempts_spent: 0 } },
  ]);
});

test('what a call came to is recorded also while the directory cannot be asked for other connections', async () => {
  const account = () => Promise.reject(new Unavailable('no directory'));
  const finishes = await attempt({ directory: { ...directoryWith([limited]), account } });
  expect(finishes).toMatchObject([
    {
      call: { outcome: UNAVAILABLE },
      move: { status: 'queued', status_reason: 'provider_unavailable', wait: { for: 'time' } },
    },
  ]);
});
