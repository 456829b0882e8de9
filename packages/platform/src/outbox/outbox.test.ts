import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { sql } from 'kysely';
import { publish } from '../bus/publish.ts';
import { keepStreams } from '../bus/streams.ts';
import { inTransaction } from '../db/transaction.ts';
import { addToOutbox, FAST_PATH_GRACE_MS } from './add.ts';
import { aRow, watchedOutbox } from './testing/watched-outbox.ts';

/** Held by no stream, so nothing takes out what is published twice. */
const PLAIN = 'test.counted';

const box = watchedOutbox();
const makeDue = () => sql`update outbox set available_at = now()`.execute(box.db());

test('what was committed is published under its own id and deleted', async () => {
  const { publishNow } = await box.start();
  const rows = [aRow({ payload: '{"n":1}' }), aRow({ payload: '{"n":2}' })];
  await box.commit(...rows);
  publishNow(rows);
  await box.untilEmpty();
  expect(await box.events()).toEqual(rows.map(({ id, payload }) => ({ id, payload })));
});

test('what was rolled back is not published', async () => {
  await box.start();
  const work = inTransaction(box.db(), async (trx) => {
    await addToOutbox(trx, [aRow()]);
    throw new Error('changed my mind');
  });
  await expect(work).rejects.toThrow('changed my mind');
  const later = aRow();
  await box.commit(later);
  await makeDue();
  await box.untilEmpty();
  expect((await box.events()).map(({ id }) => id)).toEqual([later.id]);
});

describe('what the committing process did not publish', () => {
  test('because it was killed, the relay publishes, but not before the process had its chance', async () => {
    const left = aRow();
    // In the transaction that inserts, time stands still; the column holds whole ms.
    const { rows } = await inTransaction(box.db(), async (trx) => {
      await addToOutbox(trx, [left]);
      return sql<{ ms: number }>`
        select extract(epoch from available_at - now()::timestamptz(3))::float8 * 1000 as ms from outbox`.execute(
        trx,
      );
    });
    expect(rows).toEqual([{ ms: FAST_PATH_GRACE_MS }]);
    await box.start();
    await box.untilEmpty();
    expect((await box.events()).map(({ id }) => id)).toEqual([left.id]);
  });

  test('because it was killed before it could delete it, is stored once all the same', async () => {
    const left = aRow();
    await box.commit(left);
    await publish(box.bus(), left.subject, left.payload, left.id);
    await makeDue();
    await box.start();
    await box.untilEmpty();
    expect(await box.events()).toHaveLength(1);
  });

  test('because the bus is down, waits and is published when it is back', async () => {
    const { publishNow } = await box.start();
    await box.server().kill();
    await until(() => !box.bus().connected(), { what: 'the loss is noticed' });
    const rows = [aRow(), aRow(), aRow()];
    await box.commit(...rows);
    publishNow(rows);
    await makeDue();
    expect(await box.rowsLeft()).toBe(3);
    await box.server().restart({ wipe: true });
    await box.untilEmpty();
    expect((await box.events()).map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  });

  test('because the stream is not there, waits for it', async () => {
    await box.start();
    await box.parts().shift()?.stop();
    await (await box.bus().manager()).streams.delete('EVENTS');
    const waiting = aRow();
    const plain = aRow({ subject: PLAIN });
    await box.commit(waiting, plain);
    await makeDue();
    await until(async () => (await box.rowsLeft()) === 1, { what: 'what can be published is' });
    await box.begin(keepStreams(box.bus(), { leaseMs: 60_000, replicas: 1 }));
    await box.untilEmpty();
    expect((await box.events()).map(({ id }) => id)).toEqual([waiting.id]);
  });

  test('because there is too much of it at once, is published by the relay', async () => {
    const { publishNow } = await box.start();
    const rows = Array.from({ length: 2_500 }, () => aRow());
    await box.commit(...rows);
    publishNow(rows);
    await box.untilEmpty();
    expect((await box.events()).length).toBe(2_500);
  });
});

describe('what is due later', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  test('is published by nobody before', async () => {
    const { publishNow } = await box.start();
    const later = aRow({ available_at: inAnHour() });
    const now = aRow();
    await box.commit(later, now);
    publishNow([later, now]);
    await until(async () => (await box.rowsLeft()) === 1, { what: 'the other one is published' });
    expect((await box.events()).map(({ id }) => id)).toEqual([now.id]);
  });

  test('is published when its time has come, the oldest first', async () => {
    const rows = [3, 1, 2].map((n) =>
      aRow({
        payload: `${n}`,
        available_at: new Date(Date.parse('2026-01-15T10:00:00.000Z') + n).toISOString(),
      }),
    );
    await box.commit(...rows);
    await box.start();
    await box.untilEmpty();
    expect((await box.events()).map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });
});

test('two relays never publish the same row twice', async () => {
  const heard = new Map<string, number>();
  box.bus().nc.subscribe(PLAIN, {
    callback: (_, message) => void heard.set(message.string(), (heard.get(message.string()) ?? 0) + 1),
  });
  const rows = Array.from({ length: 3_000 }, (_, n) => aRow({ subject: PLAIN, payload: `${n}` }));
  for (let start = 0; start < rows.length; start += 500) await box.commit(...rows.slice(start, start + 500));
  await makeDue();
  await Promise.all([box.start(), box.start()]);
  await box.untilEmpty();
  await until(() => heard.size === 3_000, { what: 'all are heard' });
  expect([...heard.values()].filter((times) => times !== 1)).toEqual([]);
});

test('a stop waits for what is on its way and leaves nothing that was published', async () => {
  const { publishNow, stop } = await box.start();
  box.parts().pop();
  const rows = Array.from({ length: 500 }, () => aRow());
  await box.commit(...rows);
  publishNow(rows);
  await stop();
  expect(await box.rowsLeft()).toBe(0);
  expect(await box.events()).toHaveLength(500);
});

test('a database that goes away meanwhile does no harm', async () => {
  const { publishNow } = await box.start();
  const rows = [aRow(), aRow()];
  await box.commit(...rows);
  publishNow(rows);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(box.db());
  await box.untilEmpty();
  expect(await box.events()).toHaveLength(2);
});
