import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { forget, projections, recounted } from '../project-messages/projections-fixtures.ts';
import { followOwners } from './follow-owners.ts';
import {
  asBugs,
  at,
  bugs,
  duck,
  hearing,
  mail,
  MAILBOX,
  PHONE,
  startJoining,
  stranger,
  US,
} from './joining-fixtures.ts';

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

describe('when a user gains an address', () => {
  test('its history joins their conversation, and either id names the whole', async () => {
    const [first, second, third] = [heard(1, stranger), heard(2, mail), heard(3, stranger)];
    await joining.project(first, second, third);
    expect(await joining.conversations()).toHaveLength(2);
    joining.own(PHONE, bugs, 5);
    await joining.joinAll();
    const expected = {
      id: first.conversation_id,
      joined: [second.conversation_id],
      participants: [
        { user_name: 'bugs', addresses: [PHONE, MAILBOX] },
        { user_name: null, addresses: [US] },
      ],
      types: ['email', 'sms'],
      message_count: 3,
      unread_count: 3,
      created_at: at(1),
      last_message_at: at(3),
      last_heard_at: at(3),
      last_message: { id: third.id },
    };
    for (const wanted of [{}, { id: first.conversation_id }, { id: second.conversation_id }])
      expect(await joining.conversations(wanted)).toMatchObject([expected]);
    for (const who of [PHONE, MAILBOX, bugs])
      expect(await joining.conversations({ participant: [who] })).toMatchObject([
        { id: first.conversation_id },
      ]);
    for (const id of [first.conversation_id, second.conversation_id])
      expect(await joining.messagesOf(id)).toEqual([third.id, second.id, first.id]);
    await expectConsistent();
  });

  test('what is said from then on goes there, by whichever id, and is read there', async () => {
    const [before, after, late] = [heard(1, stranger), heard(6, asBugs), heard(2, stranger)];
    await joining.project(before);
    joining.own(PHONE, bugs, 5);
    await joining.joinAll();
    await joining.project(after, late);
    await joining.project({ ...after, status: 'read', read_at: at(9) });
    expect(await joining.conversations()).toMatchObject([
      { id: before.conversation_id, message_count: 3, unread_count: 2, last_message: { id: after.id } },
    ]);
    expect(await joining.messagesOf(after.conversation_id)).toEqual([after.id, late.id, before.id]);
    await expectConsistent();
  });

  test('so does what is only projected later', async () => {
    joining.own(PHONE, bugs, 5);
    await joining.joinAll();
    const [after, late] = [heard(6, asBugs), heard(2, stranger)];
    await joining.project(after);
    await joining.project(late);
    await joining.joinAll();
    expect(await joining.conversations()).toMatchObject([{ id: late.conversation_id, message_count: 2 }]);
    await expectConsistent();
  });

  test('conversations that were joined already are joined with another', async () => {
    const friend = { address: 'friend@acme.test', user_id: null };
    await joining.project(heard(3, stranger, friend), heard(2, mail, friend));
    joining.own(PHONE, bugs, 5);
    await joining.joinAll();
    await joining.project(heard(1, mail, { address: '+12125550155', user_id: duck }));
    joining.own(friend.address, duck, 6);
    await joining.joinAll();
    expect(await joining.conversations()).toMatchObject([{ message_count: 3, created_at: at(1) }]);
    expect((await joining.conversations())[0]?.joined).toHaveLength(2);
    await expectConsistent();
  });
});

test('of an address that is in very many conversations all are joined, also when it is interrupted', async () => {
  const partners = Array.from({ length: 120 }, (_, index) => ({
    address: `p${index}@acme.test`,
    user_id: null,
  }));
  await joining.project(...partners.map((partner) => heard(1, stranger, partner)));
  joining.own(PHONE, bugs, 5);
  await followOwners(db, joining.directory)();
  // As after a crash: known, and not all noted.
  await sql`update address_owner set noted = false`.execute(db);
  await sql`delete from unjoined where conversation_id > '80000000-0000-0000-0000-000000000000'`.execute(db);
  await joining.joinAll();
  await joining.project(...partners.map((partner) => heard(6, asBugs, partner)));
  const counts = (await joining.conversations()).map(({ message_count }) => message_count);
  expect(new Set(counts)).toEqual(new Set([2]));
  await expectConsistent();
});

describe('when a user loses an address', () => {
  test('what was joined stays so, and what begins then is not theirs', async () => {
    await joining.project(heard(1, stranger), heard(2, mail));
    joining.own(PHONE, bugs, 5);
    await joining.joinAll();
    joining.own(PHONE, bugs, 5, 7);
    await joining.project(heard(8, stranger, { address: 'other@acme.test', user_id: null }));
    await joining.joinAll();
    expect((await joining.conversations()).map(({ message_count }) => message_count)).toEqual([1, 2]);
    await expectConsistent();
  });

  test('whoever gains it next has no part in what was said before', async () => {
    await joining.project(heard(1, stranger), heard(2, mail));
    joining.own(PHONE, bugs, 5);
    await joining.joinAll();
    joining.own(PHONE, bugs, 5, 7);
    await joining.joinAll();
    joining.own(PHONE, duck, 8);
    await joining.project(heard(9, { address: PHONE, user_id: duck }));
    await joining.joinAll();
    expect((await joining.conversations()).map(({ message_count }) => message_count)).toEqual([1, 2]);
    await expectConsistent();
  });
});

test('to join again, or to hear again of an address, writes nothing', async () => {
  await joining.project(heard(1, stranger), heard(2, mail));
  joining.own(PHONE, bugs, 5);
  await joining.joinAll();
  const before = await projections(db);
  const again = followOwners(db, joining.directory);
  await again();
  await again();
  expect(await db.selectFrom('unjoined').selectAll().execute()).toEqual([]);
  expect(await projections(db)).toEqual(before);
});

test('a user is found by name in what was joined, though no message names them', async () => {
  const first = heard(1, stranger);
  await joining.project(first);
  joining.own(PHONE, bugs, 5);
  await joining.joinAll();
  expect(await joining.conversations({ participant: [bugs] })).toMatchObject([{ id: first.conversation_id }]);
  expect(await joining.conversations({ participant: [duck] })).toEqual([]);
});
