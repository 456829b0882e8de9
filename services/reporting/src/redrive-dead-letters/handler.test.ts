import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { messageFacts } from '@parley/contracts/facts/message-facts';
import { newRowId } from '@parley/contracts/ids';
import type { RedriveDeadLettersItem } from '@parley/contracts/requests/dead-letters';
import { factsTexts, keepDeadLetter } from '@parley/platform/bus';
import { aMessage, ANY_ACCOUNT, testService, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { contentFact } from '../project-messages/facts-fixtures.ts';
import { createProjector, type Projector } from '../project-messages/projector.ts';
import { deadLetterRedriver } from './handler.ts';

let service: ReturnType<typeof testService>;
const { db, close } = await openTestDatabase<ReportingTables>('reporting');
let projector: Projector;

beforeAll(async () => {
  service = testService('reporting', {});
  projector = createProjector(db, service);
});
beforeEach(async () => {
  await sql`truncate dead_letter, message, stat_bucket, conversation`.execute(db);
});
afterAll(async () => {
  await service.stop();
  await close();
});

/** Keeps a bus message, as seen so many seconds ago, and returns its id. */
async function keep(payload: string, ageS = 0): Promise<string> {
  await keepDeadLetter(db)({ subject: messageFacts.subject, payload, reason: 'was away', deliveries: 10 });
  const { rows } = await sql<{ id: string }>`
    update dead_letter set last_seen_at = now() - ${ageS}::int * interval '1 s' where payload = ${payload}
    returning id`.execute(db);
  return rows[0]?.id ?? '';
}

const told = (message = aMessage()): string => factsTexts(messageFacts, [contentFact(message)])[0] ?? '';

async function redrive(overrides: Partial<RedriveDeadLettersItem> = {}): Promise<string[]> {
  const filter = { ids: null, kind: null, reason: null, connection: null };
  const asked = {
    account_id: ANY_ACCOUNT,
    whole: true,
    filter,
    limit: 500,
    by: 'key-1',
    request_id: newRowId(),
  };
  const [reply] = await deadLetterRedriver({ db, projector })([{ ...asked, ...overrides }]);
  return reply?.redriven ?? [];
}

const kept = () => db.selectFrom('dead_letter').select(['id', 'attempts', 'reason']).execute();

test('facts are projected and are no dead letters any more', async () => {
  const messages = Array.from({ length: 45 }, () => aMessage());
  const ids: string[] = [];
  for (const [index, message] of messages.entries()) ids.push(await keep(told(message), 100 - index));
  expect(await redrive()).toEqual(ids);
  expect(await kept()).toEqual([]);
  const rows = await db.selectFrom('message').select('id').execute();
  expect(rows.map(({ id }) => id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
});

test('what cannot be read or stored stays, seen once more, and keeps nothing else from being projected', async () => {
  const [unreadable, unstorable] = [
    await keep('no JSON', 30),
    await keep(told(aMessage({ body: 'not\u0000storable' })), 20),
  ];
  const good = await keep(told(), 10);
  expect(await redrive()).toEqual([unreadable, unstorable, good]);
  expect(await kept()).toEqual([
    { id: unreadable, attempts: 11, reason: 'cannot be read: is not JSON' },
    { id: unstorable, attempts: 11, reason: expect.stringContaining('message ') },
  ]);
});

test('only the oldest are taken up, and only of those that are asked for', async () => {
  const [first, second, third] = [await keep(told(), 30), await keep(told(), 20), await keep(told(), 10)];
  expect(await redrive({ whole: false })).toEqual([]);
  expect(await redrive({ limit: 1 })).toEqual([first]);
  const filter = { ids: [third], kind: null, reason: null, connection: null };
  expect(await redrive({ filter })).toEqual([third]);
  expect((await kept()).map(({ id }) => id)).toEqual([second]);
});
