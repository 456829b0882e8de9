import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectionId, newRowId, userId } from '@parley/contracts/ids';
import type { Preview, PreviewItem } from '@parley/contracts/requests/preview-messages';
import { createDatabase } from '@parley/platform/db';
import type { Connection } from '@parley/platform/directory';
import { createMetrics } from '@parley/platform/runtime';
import { aConsent, testDatabase, type TestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { aDirectory, directoryOf, type AcceptingDirectory } from '../testing/accepting.ts';
import { contextOn } from '../testing/rows.ts';
import { aPreviewItem } from '../testing/previews.ts';
import { addConsents } from '../record-consent/store.ts';
import { messagePreviewer } from './handler.ts';

const metrics = createMetrics('dispatcher');

let database: TestDatabase;
let db: Database;
let directory: AcceptingDirectory;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher', metrics });
});
beforeEach(() => {
  directory = aDirectory();
});
afterEach(async () => {
  await sql`truncate consent, lane, waiting`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const preview = (...items: PreviewItem[]) =>
  messagePreviewer({ ...contextOn(db), directory: directoryOf(directory) })(items);

async function previewOne(overrides: Partial<PreviewItem> = {}): Promise<Preview> {
  const [reply] = await preview(aPreviewItem(overrides));
  if (reply === undefined) throw new Error('there was no reply');
  return reply;
}

function connect(...connections: (Partial<Connection> & { id: Connection['id'] })[]): void {
  directory.account = {
    ...directory.account,
    connections: connections.map((connection) => ({
      account_id: directory.account.id,
      provider: 'sms-gateway',
      types: ['sms', 'mms'],
      priority: 0,
      url: 'http://127.0.0.1:1',
      token: 'token',
      secrets: [],
      rate_per_second: null,
      honours_idempotency_keys: null,
      ...connection,
    })),
  };
}
const [sms, backup] = [connectionId.parse('sms'), connectionId.parse('sms-2')];

async function enqueue(count: number, sender: string, urgency = 1): Promise<void> {
  await sql`insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
    select uuidv7(), 'acme', 'sms', 'sms', ${sender}, ${urgency}::int, now(), false from generate_series(1, ${count}::int)`.execute(
    db,
  );
}

test('a preview goes by the ledger and the directory, and stores nothing', async () => {
  directory.users.set('ann', userId.parse(newRowId()));
  await addConsents(db, [aConsent({ address: '+12125550199' })]);
  expect(await previewOne({ to: ['+12125550199', '+12125550198'] })).toMatchObject({
    consent: [
      { to: '+12125550199', state: 'opted_out' },
      { to: '+12125550198', state: null },
    ],
  });
  expect(await previewOne({ type: 'chat', from: 'ann', to: ['eve'] })).toMatchObject({
    unknown_users: ['eve'],
  });
  const counts = await sql<{ rows: number }>`
    select (select count(*) from message) + (select count(*) from outbox) + (select count(*) from note) as rows`.execute(
    db,
  );
  expect(counts.rows).toEqual([{ rows: 0 }]);
});

test('the connection is the one that sending would choose', async () => {
  expect(await previewOne()).toMatchObject({ connection: null, expected_wait_ms: null });
  connect({ id: sms }, { id: backup });
  expect(await previewOne()).toMatchObject({ connection: 'sms', expected_wait_ms: 0 });
  expect(await previewOne({ type: 'email' })).toMatchObject({ connection: null });
});

test('the expected wait is that of the lane of its sender', async () => {
  connect({ id: sms, rate_per_second: 10 });
  await enqueue(30, '+12125550100');
  await enqueue(7, '+12125550101');
  expect((await previewOne()).expected_wait_ms).toBe(3_000);
  expect((await previewOne({ from: '+12125550101' })).expected_wait_ms).toBe(700);
  expect((await previewOne({ from: '+12125550102' })).expected_wait_ms).toBe(0);
});

test('what is urgent waits only for what is urgent too, and everything else for both', async () => {
  connect({ id: sms, rate_per_second: 10 });
  await enqueue(30, '+12125550100');
  await enqueue(2, '+12125550100', 0);
  expect((await previewOne({ priority: 'high' })).expected_wait_ms).toBe(200);
  expect((await previewOne()).expected_wait_ms).toBe(3_200);
});

test.each([
  ['its lane is', '+12125550100'],
  ['its connection is', ''],
])('a message waits as long as %s paused', async (_, sender) => {
  connect({ id: sms });
  await sql`insert into lane (connection_id, sender, paused_until) values
    ('sms', ${sender}, now() + interval '1 hour'), ('sms', 'other', now() + interval '9 hours')`.execute(db);
  const { expected_wait_ms } = await previewOne();
  expect(expected_wait_ms).toBeGreaterThan(3_500_000);
  expect(expected_wait_ms).toBeLessThanOrEqual(3_600_000);
});

test('however many are asked about, the number of statements is the same', async () => {
  connect({ id: sms });
  const statements = async () => {
    const { body } = await metrics.expose();
    return Number(/^db_statements_total\S* (\d+)$/m.exec(body)?.[1]);
  };
  const spent = async (count: number) => {
    const before = await statements();
    await preview(
      ...Array.from({ length: count }, (_, index) => aPreviewItem({ to: [`+1212555${1_000 + index}`] })),
    );
    return (await statements()) - before;
  };
  expect([await spent(1), await spent(100)]).toEqual([2, 2]);
});
