import { expect, test } from '@jest/globals';
import { anAcceptItem, until } from '@parley/testkit';
import { sql } from 'kysely';
import { crashing } from '../testing/crashing.ts';

const COUNT = 300;
const { server, postgres, provider, db, accept, start } = await crashing({ ratePerSecond: 100 });

/** Accepts a campaign into a limited lane and waits until it is being sent. */
async function beginCampaign(): Promise<void> {
  const items = Array.from({ length: COUNT }, () => anAcceptItem());
  const replies = await Promise.all(
    items.map((item) => until(() => accept(item), { what: 'a dispatcher answers' })),
  );
  expect(replies.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
  await until(() => provider.accepted.size > 20, { what: 'it is being sent' });
}

async function expectAllSentOnce(): Promise<void> {
  await until(
    async () => (await sql`select from message where status = 'sent'`.execute(db)).rows.length === COUNT,
    { what: 'all are sent' },
  );
  expect(provider.accepted.size).toBe(COUNT);
  expect(Math.max(...provider.accepted.values())).toBe(1);
  expect((await sql`select from waiting`.execute(db)).rows).toEqual([]);
}

test('dispatchers are killed while they empty a lane: each message is sent once, none is lost', async () => {
  const [first, second] = [start(), start()];
  await beginCampaign();
  first.signal('SIGKILL');
  await first.ended;
  const before = provider.accepted.size;
  const [some, all] = [before + 20, COUNT];
  await until(() => provider.accepted.size >= Math.min(some, all), { what: 'the other one goes on' });
  second.signal('SIGKILL');
  await second.ended;
  start();
  await expectAllSentOnce();
});

test('the whole JetStream store is deleted: what waits in lanes never was there', async () => {
  start();
  await beginCampaign();
  await server.restart({ wipe: true });
  await expectAllSentOnce();
});

test('PostgreSQL is killed while a lane is emptied: each message is sent once, none is lost', async () => {
  start();
  await beginCampaign();
  await postgres.kill();
  await postgres.restart();
  await expectAllSentOnce();
});
