import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { outcomesOn } from '../testing/outcomes.ts';
import {
  aReceipt,
  contextOn,
  endOf,
  failedFor,
  finishOf,
  HELD,
  retryAt,
  STARTED_AT,
  unknownFinishOf,
} from '../testing/rows.ts';
import { forgetMessages } from '../testing/stored-messages.ts';
import { entriesOf as readEntries } from '../testing/timelines.ts';
import { createReconciliation } from '../reconcile/reconcile.ts';
import type { Claimed } from '../send-message/claim.ts';
import { finishInLane } from '../send-message/judge.ts';
import { recordFinishes, type Finish } from '../send-message/record-finishes.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let steps: ReturnType<typeof outcomesOn>;

beforeAll(async () => {
  steps = outcomesOn(db);
});
beforeEach(() => forgetMessages(db));
afterAll(close);

/** A message that was accepted before its calls, claimed for the first of them. */
const claimNew = (): Promise<Claimed> => steps.claimNew(aMessage());
const soon = () => retryAt(new Date(Date.now() + 1_000).toISOString());

const entriesOf = (id: MessageId) => readEntries(db, id);
const eventsOf = async (id: MessageId) => (await entriesOf(id)).map(({ event }) => event);
const saidOf = async (id: MessageId) => (await entriesOf(id)).map(({ summary }) => summary).slice(1);

/** The lease of a claimed message passes, and nobody told of its call. */
async function abandon({ id }: Claimed): Promise<void> {
  await sql`update message set stale_after = now() - interval '1 s' where id = ${id}`.execute(db);
  const options = {
    ...contextOn(db),
    bus: { connected: () => false, manager: () => Promise.reject(new Error('away')) },
    directory: { connection: async () => null },
  };
  await createReconciliation(options).abandoned();
}

/** A finish of a call at these instants of today. */
function at(finish: Finish, started: number): Finish {
  const instant = (ms: number): string => new Date(ms).toISOString();
  const { call } = finish;
  return call === null
    ? finish
    : { ...finish, call: { ...call, started_at: instant(started), finished_at: instant(started + 120) } };
}

describe('a call whose dispatcher did not come back', () => {
  const GIVEN_UP =
    'Call 1: the dispatcher that was to call sms did not come back within its lease, so nobody knows whether sms took it.';

  test('is told as that, without a time that it took', async () => {
    const message = await claimNew();
    await abandon(message);
    const [, call] = await entriesOf(message.id);
    expect(call).toMatchObject({ event: 'attempt', summary: GIVEN_UP, details: { latency_ms: null } });
    expect(await eventsOf(message.id)).toEqual(['accepted', 'attempt', 'held']);
  });

  test('and of which its dispatcher told late keeps that, and what it told is an entry of its own', async () => {
    const message = await claimNew();
    await abandon(message);
    await steps.finish(at(finishOf(message), Date.now() - 40_000));
    expect(await eventsOf(message.id)).toEqual(['accepted', 'attempt', 'held', 'settled']);
    const said = await saidOf(message.id);
    expect([said[0], said[2]]).toEqual([
      GIVEN_UP,
      'The dispatcher came back late: Call 1 took 120 ms, and sms took it as p-1.',
    ]);
  });

  test('and of which a receipt told keeps that, too', async () => {
    const message = await claimNew();
    await abandon(message);
    await steps.receipts.apply([aReceipt('delivered', { client_reference: message.id })]);
    expect((await saidOf(message.id)).filter((_, index) => index !== 1)).toEqual([
      GIVEN_UP,
      'A receipt told that sms took it as p-1.',
    ]);
  });
});

describe('a call without an answer', () => {
  test('of which a receipt told stays in its timeline as it ended', async () => {
    const message = await claimNew();
    await steps.finish(unknownFinishOf(message, HELD));
    await steps.receipts.apply([aReceipt('delivered', { client_reference: message.id })]);
    const entries = await entriesOf(message.id);
    expect(entries.map(({ event }) => event).toSorted()).toEqual(['accepted', 'attempt', 'held', 'settled']);
    expect(entries.find(({ event }) => event === 'attempt')).toMatchObject({
      summary: 'Call 1, 1000 ms: nobody knows whether sms took it (timeout).',
      details: { outcome: 'unknown', provider_message_id: null },
    });
    expect(entries.at(-1)?.summary).toBe('A receipt told that sms took it as p-1.');
  });

  test('whose receipt was there already is never told as held or waiting', async () => {
    for (const move of [HELD, soon()]) {
      const message = await claimNew();
      const receipt = { client_reference: message.id, provider_message_id: `p-${message.id}` };
      await steps.receipts.apply([aReceipt('delivered', receipt)]);
      await steps.finish(unknownFinishOf(message, move));
      expect((await steps.shown(message.id)).status).toBe('delivered');
      expect((await eventsOf(message.id)).toSorted()).toEqual(['accepted', 'attempt', 'settled']);
    }
  });

  test('that is answered in the same moment is never told as waiting', async () => {
    const message = await claimNew();
    const ends = [finishOf(message), unknownFinishOf(message, soon())];
    await inTransaction(db, (trx) => recordFinishes(trx, ends, contextOn(db)));
    expect((await steps.shown(message.id)).status).toBe('sent');
    expect(await eventsOf(message.id)).not.toContain('waiting');
  });
});

describe('what a provider is asked', () => {
  const lookup = (message: Claimed, end: Finish): Finish => {
    const { call } = end;
    return call === null ? end : { ...end, message, call: { ...call, by: 'lookup' } };
  };

  test('and had is an entry of its own and no call', async () => {
    const { id } = await claimNew().then(async (message) => {
      await steps.finish(unknownFinishOf(message, soon()));
      return message;
    });
    const again = await steps.claimAgain(id);
    await steps.finish(lookup(again, finishOf(again)));
    const [, , ...entries] = (await entriesOf(id)).filter(({ event }) => event !== 'waiting');
    expect(entries).toMatchObject([
      { event: 'lookup', summary: 'sms was asked what it had taken: it had taken it as p-1.' },
    ]);
  });

  test('and did not say is told, and the next call is the second', async () => {
    const first = await claimNew();
    await steps.finish(unknownFinishOf(first, soon()));
    const second = await steps.claimAgain(first.id);
    const silent = { kind: 'unknown', reason: 'lookup_timeout' } as const;
    await steps.finish(lookup(second, endOf(second, silent, soon())));
    const third = await steps.claimAgain(first.id);
    const { call, ...end } = finishOf(third);
    if (call === null) throw new Error('was called');
    await steps.finish({ ...end, call: { ...call, asked_at: STARTED_AT } });
    const said = (await entriesOf(first.id)).filter(({ event }) => event === 'attempt' || event === 'lookup');
    expect(said.map(({ summary }) => summary)).toEqual([
      'Call 1, 1000 ms: nobody knows whether sms took it (timeout).',
      'sms was asked what it had taken: it did not say (lookup_timeout).',
      'Call 2, 1000 ms: sms took it as p-1.',
      'sms was asked what it had taken: none of the calls before.',
    ]);
  });
});

test('what is put back without a call says so, and the next call is the first', async () => {
  const message = await claimNew();
  await steps.finish(finishInLane(message, { reason: 'provider_unavailable', ms: 0 }));
  const again = await steps.claimAgain(message.id);
  await steps.finish(at(finishOf(again), Date.now() + 1_000));
  expect(await saidOf(message.id)).toEqual([
    'sms is paused or failed too often: no call was made: waits for its turn in its lane.',
    'Call 1, 120 ms: sms took it as p-1.',
  ]);
});

test('a connection that is gone was not called', async () => {
  const message = await claimNew();
  const gone = {
    kind: 'unavailable',
    reason: 'connection_gone',
    retry_after_ms: null,
    connection_wide: false,
  } as const;
  const end = endOf(message, gone, failedFor('provider_unavailable'));
  await steps.finish(end.call === null ? end : { ...end, call: { ...end.call, by: 'nothing' } });
  expect((await saidOf(message.id))[0]).toBe('sms is gone: no call was made.');
});
