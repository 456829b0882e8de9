import { describe, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import type { UnknownPolicy } from '@parley/contracts/sending-choices';
import type { Connection } from '@parley/platform/directory';
import { createMetrics } from '@parley/platform/runtime';
import type { Finding, Outcome } from '@parley/providers/provider';
import { providerNamed } from '@parley/providers/registry';
import { aMessage, ANY_ACCOUNT } from '@parley/testkit';
import { aClaimed } from '../testing/claimed.ts';
import { SMS } from '../testing/rows.ts';
import { providerAsker } from './ask-provider.ts';
import { providerCaller } from './call-provider.ts';
import { routeOf, type Route } from './choose-route.ts';
import type { Claimed } from './claim.ts';
import { finishAfterCall } from './judge.ts';

const LATE = 20_000;

const connection: Connection = {
  id: SMS,
  account_id: ANY_ACCOUNT,
  provider: 'sms-gateway',
  types: ['sms'],
  priority: 0,
  url: 'http://p.test',
  token: null,
  secrets: [],
  rate_per_second: null,
  honours_idempotency_keys: false,
};

/** A way to a provider that answers so, and what it was asked for. */
function provider(outcome: Outcome, finding: Finding | null) {
  const calls: string[] = [];
  const known = providerNamed('sms-gateway');
  if (known === null) throw new Error('is not known');
  const { find: _, ...rest } = known;
  const route: Route = {
    connection,
    url: 'http://p.test',
    provider: {
      ...rest,
      send: async (message) => {
        calls.push(`send ${message.idempotency_key}`);
        return outcome;
      },
      ...(finding === null
        ? {}
        : {
            find: async (key) => {
              calls.push(`find ${key}`);
              return finding;
            },
          }),
    },
  };
  const metrics = createMetrics('dispatcher');
  const never = () => Promise.reject(new Error('no I/O here'));
  const call = providerCaller({
    toOutgoing: (claimed) => claimed,

    post: never,
    ask: providerAsker({ get: never, metrics }),
    callWithinMs: LATE,
    metrics,
  });
  return {
    calls,
    call: (message: Claimed) => call(message, message.provider === route.connection.id ? route : null),
  };
}

const accepted: Outcome = { kind: 'accepted', provider_message_id: 'p-1' };
const found: Finding = { kind: 'found', provider_message_id: 'p-0' };
const unknown: Finding = { kind: 'unknown', reason: 'timeout' };
const reconciled = aClaimed(aMessage(), { on_unknown_outcome: 'reconcile' });

describe('a message of which an earlier call is in doubt and that is to be reconciled', () => {
  test('is not called for when the provider has taken it', async () => {
    const { calls, call } = provider(accepted, found);
    const ended = await call(reconciled);
    expect(ended).toMatchObject({ by: 'lookup', outcome: { kind: 'accepted', provider_message_id: 'p-0' } });
    expect(ended.asked_at).toBeUndefined();
    expect(calls).toEqual(['find key-1']);
    expect(finishAfterCall(reconciled, ended, 0).move).toMatchObject({
      status: 'sent',
      provider_message_id: 'p-0',
    });
  });

  test('is called for when the provider has not, and no earlier call is in doubt any more', async () => {
    const refused: Outcome = { kind: 'refused', code: '21211', detail: 'Invalid To' };
    const { calls, call } = provider(refused, { kind: 'not_found' });
    const ended = await call(reconciled);
    expect(calls).toEqual(['find key-1', 'send key-1']);
    expect(ended).toMatchObject({ by: 'call', asked_at: expect.any(String) });
    expect(finishAfterCall(reconciled, ended, 0).move).toMatchObject({
      status: 'failed',
      status_reason: '21211',
    });
  });

  test('waits to be asked for again when the provider does not say, and is held when that was often enough', async () => {
    const { calls, call } = provider(accepted, unknown);
    const ended = await call(reconciled);
    expect(ended).toMatchObject({ by: 'lookup', outcome: { kind: 'unknown', reason: 'lookup_timeout' } });
    expect(calls).toEqual(['find key-1']);
    const moveOf = (message: Claimed) => finishAfterCall(message, ended, 1).move;
    expect(moveOf(reconciled)).toMatchObject({
      status: 'queued',
      status_reason: 'outcome_unknown',
      attempts_spent: 2,
    });
    expect(moveOf({ ...reconciled, attempts_spent: 4 })).toMatchObject({ status: 'sending' });
  });

  test('is not called for when asking took so long that the call might outlive the lease', async () => {
    const { calls, call } = provider(accepted, { kind: 'not_found' });
    const ended = await call({ ...reconciled, asked_at: Date.now() - LATE - 1 });
    expect(ended.outcome).toEqual({ kind: 'unknown', reason: 'lookup_took_too_long' });
    expect(calls).toEqual(['find key-1']);
  });

  test('is held where the provider cannot be asked', async () => {
    const { calls, call } = provider({ kind: 'unknown', reason: 'timeout' }, null);
    const ended = await call({ ...reconciled, waited_for: null });
    expect(calls).toEqual(['send key-1']);
    expect(finishAfterCall(reconciled, ended, 1).move).toMatchObject({ status: 'sending' });
  });
});

test.each<[string, Partial<Claimed>]>([
  ['no call is in doubt', { on_unknown_outcome: 'reconcile', waited_for: 'throttled' }],
  ['it is to be retried', { on_unknown_outcome: 'retry' }],
])('nothing is looked up when %s', async (_, overrides) => {
  const { calls, call } = provider(accepted, found);
  expect(await call(aClaimed(aMessage(), overrides))).toMatchObject({ by: 'call', outcome: accepted });
  expect(calls).toEqual(['send key-1']);
});

test.each<[UnknownPolicy | null, boolean, string]>([
  [null, true, 'queued'],
  [null, false, 'sending'],
  ['hold', true, 'sending'],
  ['retry', false, 'queued'],
  ['reconcile', false, 'queued'],
])('policy %s with keys honoured = %s makes of an unknown call: %s', async (chosen, honours, status) => {
  const route = routeOf({ ...connection, honours_idempotency_keys: honours });
  if (route === null) throw new Error('no route');
  const metrics = createMetrics('dispatcher');
  const call = providerCaller({
    toOutgoing: (claimed) => claimed,

    post: () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET', syscall: 'read' })),
    ask: providerAsker({ get: () => Promise.reject(new Error('not asked')), metrics }),
    callWithinMs: LATE,
    metrics,
  });
  const message = aClaimed(aMessage(), { on_unknown_outcome: chosen, waited_for: null });
  expect(finishAfterCall(message, await call(message, route), 0).move.status).toBe(status);
});

test('through a connection that is gone nothing is sent, and what may have been sent is held in the end', async () => {
  const { calls, call } = provider(accepted, found);
  const gone = aClaimed(aMessage(), {
    provider: connectionId.parse('gone'),
    on_unknown_outcome: 'reconcile',
  });
  const ended = await call(gone);
  expect(ended).toMatchObject({ by: 'nothing', outcome: { kind: 'unavailable', reason: 'connection_gone' } });
  expect(calls).toEqual([]);
  expect(finishAfterCall({ ...gone, attempts_spent: 4 }, ended, 1).move).toMatchObject({
    status: 'sending',
  });
});
