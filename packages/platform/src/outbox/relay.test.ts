import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { sql } from 'kysely';
import { Unavailable } from '../runtime/unavailable.ts';
import { relayDueRows } from './relay.ts';
import type { OutboxRow } from './row.ts';
import { aRow, watchedOutbox } from './testing/watched-outbox.ts';

/** Held by no stream, so nothing takes out what is published twice. */
const PLAIN = 'test.counted';

const box = watchedOutbox();

describe('a pass of the relay', () => {
  const WORK = 'work.send.normal.a';
  /** Oldest first. */
  const dueRows = (count: number, overrides: Partial<OutboxRow>) =>
    Array.from({ length: count }, (_, n) =>
      aRow({ available_at: new Date(1e12 + n).toISOString(), ...overrides }),
    );

  test('takes no more than 8 MB, and all of it is published in the end', async () => {
    const big = dueRows(80, { payload: JSON.stringify('x'.repeat(199_998)) });
    for (let start = 0; start < big.length; start += 20) await box.commit(...big.slice(start, start + 20));
    expect(await relayDueRows(box.db(), box.bus())).toBe(true);
    expect(await box.rowsLeft()).toBe(40);
    await relayDueRows(box.db(), box.bus());
    expect([await box.rowsLeft(), await relayDueRows(box.db(), box.bus())]).toEqual([0, false]);
  });

  test('takes a row that is too big by itself, and tells when the bus takes nothing at all', async () => {
    await box.commit(aRow({ subject: PLAIN, payload: '{}', available_at: new Date(1e12).toISOString() }));
    await sql`update outbox set payload = repeat('x', 9000000)`.execute(box.db());
    await expect(relayDueRows(box.db(), box.bus())).rejects.toBeInstanceOf(Unavailable);
    expect(
      (await sql`select from outbox where available_at < now() - interval '1 hour'`.execute(box.db())).rows,
    ).toEqual([]);
  });

  test('that the bus takes nothing of gives way to what stands behind it', async () => {
    const manager = await box.bus().manager();
    const { config } = await manager.streams.info('WORK');
    await box.parts().shift()?.stop();
    await manager.streams.update('WORK', { ...config, max_bytes: 1 });
    await box.commit(...dueRows(1_000, { subject: WORK }), ...dueRows(1_000, { subject: WORK }));
    const fact = aRow({ available_at: new Date(1.1e12).toISOString() });
    await box.commit(fact);
    await box.start();
    await until(async () => (await box.rowsLeft()) === 2_000, { what: 'the fact is published' });
    expect((await box.events()).map(({ id }) => id)).toEqual([fact.id]);
    // They are late since they were due first, however often they were put off.
    expect(await box.bus().metrics.expose()).toMatchObject({
      body: expect.stringMatching(/outbox_lag_seconds\{[^}]*\} \d{8}/),
    });
    await manager.streams.update('WORK', config);
    await box.untilEmpty();
    await manager.streams.purge('WORK');
  });
});

test('how late the oldest row is can be seen also while the bus is down', async () => {
  await box.start();
  await box.server().kill();
  await until(() => !box.bus().connected(), { what: 'the loss is noticed' });
  await box.commit(aRow({ available_at: new Date(1e12).toISOString() }));
  const exposed = async () => (await box.bus().metrics.expose()).body;
  await until(async () => /outbox_lag_seconds\{[^}]*\} \d{8}/.test(await exposed()), {
    what: 'the lag is seen',
  });
  await box.server().restart();
  await box.untilEmpty();
  await until(async () => /outbox_lag_seconds\{[^}]*\} 0\n/.test(await exposed()), { what: 'there is none' });
});
