import { describe, expect, test } from '@jest/globals';
import { anAcceptItem, until } from '@parley/testkit';
import { sql } from 'kysely';
import { attemptRows, messageRow } from '../testing/rows.ts';
import type { Step } from '../testing/scripted-provider.ts';
import { idsInLanes } from '../testing/waiting-messages.ts';
import { EVERY_SENDER } from './lane.ts';
import { BACKED, FIRST, SECOND, backedSending } from '../testing/backed-sending.ts';

const LONG_S = 3_000;
const { providers, db, sending, health, send, sendMany } = await backedSending();

/** Lets the time of all pauses pass. */
const endPauses = () => sql`update lane set paused_until = now()`.execute(db);
/** Pauses a lane without telling anybody. */
const pauseSilently = (connection: string, sender: string) =>
  sql`insert into lane (connection_id, sender, paused_until, reason)
    values (${connection}, ${sender}, now() + interval '1 hour', 'throttled')`.execute(db);

describe('a 429', () => {
  const throttle: Step = { answer: 429, retryAfterSeconds: LONG_S };

  test('pauses the lane of its sender, and nobody else', async () => {
    providers.first.otherwise(throttle);
    const id = await send();
    await sending.waits(id);
    providers.first.otherwise({ answer: 200 });
    const later = await send();
    await sending.waits(later);
    await sending.isSent(await send({ from: '+12125550101' }));
    expect(await messageRow(db, id)).toMatchObject({
      status: 'queued',
      status_reason: 'throttled',
      attempts_spent: 0,
    });
    expect(await attemptRows(db, later)).toEqual([]);
  });

  test('is over when its time is', async () => {
    providers.first.otherwise(throttle);
    const first = await send();
    await sending.waits(first);
    providers.first.otherwise({ answer: 200 });
    const second = await send();
    await sending.waits(second);
    await endPauses();
    await Promise.all([sending.isSent(first), sending.isSent(second)]);
    expect(await sending.callsOf(first)).toEqual(['first throttled', 'first accepted']);
    expect(await sending.callsOf(second)).toEqual(['first accepted']);
  });

  test('holds also for a dispatcher that has not heard of it', async () => {
    await pauseSilently(FIRST, anAcceptItem().from);
    await sending.isSent(await send({ from: '+12125550101' }));
    const ids = await sendMany(3);
    await Promise.all(ids.map(sending.waits));
    await endPauses();
    await Promise.all(ids.map(sending.isSent));
    for (const id of ids) expect(await sending.callsOf(id)).toEqual(['first accepted']);
  });

  test('does not keep a message from ending in time', async () => {
    providers.first.otherwise(throttle);
    await sending.waits(await send());
    const id = await send({ valid_for: 1 });
    await until(async () => (await messageRow(db, id)).status === 'expired', { what: 'the message expires' });
    expect(await idsInLanes(db)).not.toContain(id);
  });
});

describe('a connection that is away as a whole', () => {
  test('keeps the messages of every sender waiting, if there is no other', async () => {
    providers.first.otherwise({ answer: 503, retryAfterSeconds: LONG_S });
    await send();
    await until(async () => (await health({ connection_id: FIRST })).paused_until !== null, {
      what: 'it is paused',
    });
    const other = await send({ from: '+12125550101' });
    await sending.waits(other);
    expect(await attemptRows(db, other)).toEqual([]);
    const { breaker, reason, waiting } = await health({ connection_id: FIRST });
    expect([breaker, reason]).toEqual(['closed', 'unavailable']);
    // The first one too, once its backoff is over.
    expect(waiting).toBeGreaterThan(0);
  });

  test('is passed over while another one is well, at once and by all that come', async () => {
    providers.second.otherwise({ answer: 503, retryAfterSeconds: LONG_S });
    const first = await send({ account_id: BACKED });
    await sending.isSent(first);
    expect(await sending.callsOf(first)).toEqual(['second unavailable', 'backup accepted']);
    const second = await send({ account_id: BACKED });
    await sending.isSent(second);
    expect(await sending.callsOf(second)).toEqual(['backup accepted']);
  });

  test('gives what waits for it to another one that is well', async () => {
    await pauseSilently(SECOND, anAcceptItem().from);
    await sending.isSent(await send({ account_id: BACKED, from: '+12125550101' }));
    const ids = await sendMany(5, { account_id: BACKED });
    await Promise.all(ids.map(sending.waits));
    await pauseSilently(SECOND, EVERY_SENDER);
    await Promise.all(ids.map(sending.isSent));
    for (const id of ids) expect(await sending.callsOf(id)).toEqual(['backup accepted']);
  });
});
