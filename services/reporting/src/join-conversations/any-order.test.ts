import { afterAll, beforeEach, expect, test } from '@jest/globals';
import type { UserId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import { aMessage, until, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { forget, projections, recounted } from '../project-messages/projections-fixtures.ts';
import { idsOf } from './decide.ts';
import { followOwners } from './follow-owners.ts';
import {
  asBugs,
  bugs,
  duck,
  hearing,
  mail,
  MAILBOX,
  PHONE,
  startJoining,
  stranger,
} from './joining-fixtures.ts';
import { join, loadJoinable, lockAliases } from './store.ts';

const heard = hearing(aMessage);

const { db, close } = await openTestDatabase<ReportingTables>('reporting');
let joining: ReturnType<typeof startJoining>;

beforeEach(async () => {
  await forget(db);
  joining = startJoining(db);
});
afterAll(close);

async function expectConsistent(): Promise<void> {
  const { messages: _, ...counted } = await projections(db);
  expect(counted).toEqual(await recounted(db));
}

test('in whatever order messages and addresses become known, the same belongs together', async () => {
  const messages = [
    heard(1, stranger),
    heard(2, mail),
    heard(3, stranger, { address: MAILBOX, user_id: null }),
    heard(4, { address: MAILBOX, user_id: null }),
    heard(6, asBugs),
    heard(7, asBugs, { address: 'duck@acme.test', user_id: null }),
    heard(8, asBugs, { address: 'duck@acme.test', user_id: duck }),
  ];
  const gains: [string, UserId, number][] = [
    [MAILBOX, bugs, 4],
    [PHONE, bugs, 5],
    ['duck@acme.test', duck, 8],
  ];
  const steps = [...messages.map((_, index) => index), ...gains.map((_, index) => -1 - index)];
  const order = fc.shuffledSubarray(steps, { minLength: steps.length });
  await fc.assert(
    fc.asyncProperty(
      order,
      fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      async (taken, joins) => {
        await forget(db);
        joining = startJoining(db);
        for (const [place, step] of taken.entries()) {
          const message = messages[step];
          const gain = gains[-1 - step];
          if (message !== undefined) await joining.project(message);
          if (gain !== undefined) joining.own(...gain);
          if (joins[place]) await joining.joinAll();
        }
        await joining.joinAll();
        await expectConsistent();
        expect((await joining.conversations()).map(({ message_count }) => message_count).toSorted()).toEqual([
          1, 2, 4,
        ]);
      },
    ),
    { numRuns: 40 },
  );
});

test('a projection that begins meanwhile files nothing into a conversation that is gone', async () => {
  const younger = heard(2, stranger);
  await joining.project(heard(1, mail), younger);
  joining.own(PHONE, bugs, 5);
  await followOwners(db, joining.directory)();
  let projecting = Promise.resolve();
  await inTransaction(db, async (trx) => {
    await lockAliases(trx);
    const conversation = await loadJoinable(trx, younger.conversation_id);
    if (conversation !== null) await join(trx, conversation, idsOf(conversation));
    projecting = joining.project(heard(3, stranger));
    await until(isWaiting, { what: 'the projection waits' });
  });
  await projecting;
  expect(await joining.conversations()).toMatchObject([{ message_count: 3 }]);
  await expectConsistent();
});

async function isWaiting(): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    db,
  );
  return rows.length > 0;
}
