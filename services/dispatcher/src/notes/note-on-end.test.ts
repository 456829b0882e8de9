import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { messageChanger } from '../change-messages/handler.ts';
import type { DispatcherTables } from '../database.ts';
import { outcomesOn } from '../testing/outcomes.ts';
import { aReceipt, contextOn, failedFor, FINISHED_AT, HELD, unknownFinishOf } from '../testing/rows.ts';
import { asked, forgetMessages } from '../testing/stored-messages.ts';
import { entriesOf as readEntries } from '../testing/timelines.ts';
import { createReconciliation } from '../reconcile/reconcile.ts';
import { judgeRedrive } from '../redrive-messages/decide.ts';
import { judgeResolve } from '../resolve-messages/decide.ts';
import type { Move } from '../send-message/decide.ts';
import type { Claimed } from '../send-message/claim.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let steps: ReturnType<typeof outcomesOn>;

beforeAll(async () => {
  steps = outcomesOn(db);
});
beforeEach(() => forgetMessages(db));
afterAll(close);

/** A message that was accepted before its calls, claimed for the first of them. */
const claimNew = (): Promise<Claimed> => steps.claimNew(aMessage());

const entriesOf = (id: MessageId) => readEntries(db, id);
const eventsOf = async (id: MessageId) => (await entriesOf(id)).map(({ event }) => event);

describe('that a message ended badly', () => {
  const expiredFor = (status_reason: string): Move => ({
    status: 'expired',
    status_reason,
    attempts_spent: 0,
    provider_message_id: null,
    sent_at: null,
    wait: null,
    pause: null,
  });

  test.each([
    [failedFor('http_400'), 'failed', 'It failed: http_400.'],
    [failedFor('outcome_unknown'), 'failed', 'It failed: nobody found out in time whether it was sent.'],
    [
      failedFor('recipient_opted_out'),
      'refused_to_send',
      'It failed: the recipient does not want any more messages.',
    ],
    [
      expiredFor('no_connection'),
      'expired',
      'Its time was over before it could be sent: no connection could send it.',
    ],
    [
      expiredFor('provider_unavailable'),
      'expired',
      'Its time was over before it could be sent: the provider was not available.',
    ],
  ])('as %o stays in its timeline', async (move, event, summary) => {
    const message = await claimNew();
    await steps.finish(unknownFinishOf(message, move));
    await steps.receipts.apply([aReceipt('delivered', { client_reference: message.id })]);
    expect((await steps.shown(message.id)).status).toBe('delivered');
    const ended = (await entriesOf(message.id)).find((entry) => entry.event === event);
    expect(ended).toMatchObject({ at: FINISHED_AT, summary, details: { reason: move.status_reason } });
  });

  test('at its deadline, or because a person said so, stays in it after the next round began', async () => {
    const [late, resolved] = [await claimNew(), await claimNew()];
    for (const message of [late, resolved]) await steps.finish(unknownFinishOf(message, HELD));
    await messageChanger(contextOn(db), judgeResolve)([{ ...asked(resolved.id), outcome: 'not_sent' }]);
    await sql`update message set stale_after = now() - interval '1 s' where id = ${late.id}`.execute(db);
    const bus = { connected: () => false, manager: () => Promise.reject(new Error('away')) };
    const directory = { connection: async () => null };
    await createReconciliation({ ...contextOn(db), bus, directory }).overdue();
    for (const { id } of [late, resolved]) await messageChanger(contextOn(db), judgeRedrive)([asked(id)]);
    expect((await eventsOf(late.id)).slice(-2)).toEqual(['failed', 'redriven']);
    expect((await eventsOf(resolved.id)).slice(-3)).toEqual(['resolved', 'failed', 'redriven']);
  });
});
