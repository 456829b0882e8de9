import { afterEach, describe, expect, test } from '@jest/globals';
import { connectionId, type MessageId } from '@parley/contracts/ids';
import type { Bus } from '@parley/platform/bus';
import type { KnownConnection } from '@parley/platform/directory';
import type { OutboxRow } from '@parley/platform/outbox';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, ANY_ACCOUNT } from '@parley/testkit';
import { sql } from 'kysely';
import {
  attemptRows,
  contextOn,
  finishOf,
  messageRow,
  queue,
  SMS,
  toldStatuses,
  waitingWork,
} from '../testing/rows.ts';
import { withStreams } from '../testing/with-streams.ts';
import { createClaimer, type Claimed } from '../send-message/claim.ts';
import { createFinisher } from '../send-message/finisher.ts';
import { createReconciliation, type ReconcilerOptions } from './reconcile.ts';

const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();
const WITHOUT_KEYS = connectionId.parse('without-keys');
const published: OutboxRow[] = [];
const { db, bus } = await withStreams();
const reconcile = reconciliation(bus);

afterEach(async () => {
  published.length = 0;
  await sql`truncate message, attempt, outbox`.execute(db);
  await (await bus.manager()).streams.purge('WORK');
});
function passes(on: Pick<Bus, 'manager' | 'connected'>, overrides: Partial<ReconcilerOptions> = {}) {
  return createReconciliation({
    ...contextOn(db),
    bus: on,
    directory: { connection: async (id) => aConnection(id === WITHOUT_KEYS ? false : null) },
    outbox: { publishNow: (rows) => void published.push(...rows) },
    ...overrides,
  });
}

/** Both passes as one, which tells how many messages they took up together. */
function reconciliation(...how: Parameters<typeof passes>) {
  const { queued, abandoned } = passes(...how);
  return async () => (await queued()) + (await abandoned());
}

function aConnection(honours_idempotency_keys: boolean | null): KnownConnection {
  return {
    id: SMS,
    account_id: ANY_ACCOUNT,
    provider: 'sms-gateway',
    types: ['sms'],
    priority: 0,
    url: 'http://p.test',
    token: null,
    secrets: [],
    rate_per_second: null,
    honours_idempotency_keys,
    is_disabled: false,
    is_shared: false,
  };
}

async function queued(): Promise<MessageId> {
  const message = aMessage({ expires_at: EXPIRES_AT });
  await queue(db, [message]);
  return message.id;
}

async function claimed(connection_id = SMS): Promise<Claimed> {
  const row = await createClaimer(contextOn(db))({ message_id: await queued(), connection_id });
  if (row === null) throw new Error('was not claimed');
  return row;
}

const passTime = (id: MessageId, ms: number) =>
  sql`update message set stale_after = stale_after - ${ms} * interval '1 ms' where id = ${id}`.execute(db);

describe('a message whose lease is over', () => {
  test('is queued for the same call again where keys are honoured, its lost call recorded as unknown', async () => {
    const { id } = await claimed();
    await passTime(id, 30_001);
    expect(await reconcile()).toBe(1);
    expect(await messageRow(db, id)).toMatchObject({
      status: 'queued',
      status_reason: 'outcome_unknown',
      provider: 'sms',
      attempt_no: 1,
      attempts_spent: 1,
    });
    expect(await attemptRows(db, id)).toMatchObject([{ outcome: 'unknown', detail: 'lease_expired' }]);
    expect(await waitingWork(db, id)).toHaveLength(1);
    expect(await toldStatuses(db, id)).toEqual([]);
    expect(await reconcile()).toBe(0);
  });

  test('is held where keys are not honoured', async () => {
    const { id } = await claimed(WITHOUT_KEYS);
    await passTime(id, 30_001);
    await reconcile();
    expect(await messageRow(db, id)).toMatchObject({
      status: 'sending',
      status_reason: 'outcome_unknown',
      stale_after: EXPIRES_AT,
    });
    expect(await toldStatuses(db, id)).toEqual(['sending']);
    expect(await waitingWork(db, id)).toEqual([]);
    expect(await reconcile()).toBe(0);
  });

  test('is sent after all when its dispatcher was only slow', async () => {
    const message = await claimed();
    await passTime(message.id, 30_001);
    await reconcile();
    await createFinisher(contextOn(db))(finishOf(message));
    expect((await messageRow(db, message.id)).status).toBe('sent');
    expect(await attemptRows(db, message.id)).toMatchObject([{ outcome: 'accepted' }]);
  });

  test('is taken up by one of several instances', async () => {
    const { id } = await claimed();
    await passTime(id, 30_001);
    const counts = await Promise.all([reconcile(), reconciliation(bus)(), reconciliation(bus)()]);
    expect(counts.toSorted()).toEqual([0, 0, 1]);
    expect(await waitingWork(db, id)).toHaveLength(1);
  });

  test('is taken up even while the bus is away', async () => {
    const { id } = await claimed();
    await passTime(id, 30_001);
    const away = { connected: () => false, manager: () => Promise.reject(new Error('away')) };
    expect(await reconciliation(away)()).toBe(1);
    expect((await messageRow(db, id)).status).toBe('queued');
  });
});

test('while the directory is away queued messages are taken up, and abandoned ones when it is back', async () => {
  const [waiting, { id }] = [await queued(), await claimed()];
  await passTime(waiting, 60_001);
  await passTime(id, 30_001);
  const gone = { connection: () => Promise.reject(new Unavailable('no directory')) };
  const during = passes(bus, { directory: gone });
  expect(await during.queued()).toBe(1);
  await expect(during.abandoned()).rejects.toThrow(Unavailable);
  expect(await waitingWork(db, waiting)).toHaveLength(1);
  expect(await messageRow(db, id)).toMatchObject({ status: 'sending', status_reason: null });
  expect(await passes(bus).abandoned()).toBe(1);
});

test('a call that ends while its connection is looked up is left as it ended', async () => {
  const message = await claimed();
  await passTime(message.id, 30_001);
  const { abandoned } = passes(bus, {
    directory: {
      connection: async () => {
        // Waits for no lock: nothing may be locked while another database is asked.
        await createFinisher(contextOn(db))(finishOf(message));
        return aConnection(null);
      },
    },
  });
  expect(await abandoned()).toBe(0);
  expect((await messageRow(db, message.id)).status).toBe('sent');
  expect(await attemptRows(db, message.id)).toMatchObject([{ outcome: 'accepted' }]);
});

test('a message with a live lease, one that is queued in time and one that is held are left alone', async () => {
  await claimed();
  await queued();
  const { id } = await claimed();
  await sql`update message set stale_after = null where id = ${id}`.execute(db);
  expect(await reconcile()).toBe(0);
});
