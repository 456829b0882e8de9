import { expect, test } from '@jest/globals';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import { newMessageId, type MessageId } from '@parley/contracts/ids';
import { anAcceptItem, until } from '@parley/testkit';
import { sql } from 'kysely';
import { messageRow } from './testing/rows.ts';
import { crashing } from './testing/crashing.ts';

const { server, postgres, provider, db, accept, start } = await crashing({ ratePerSecond: null });

/** Sends a message and returns its id. */
async function send(): Promise<MessageId> {
  const id = newMessageId();
  await request(anAcceptItem({ id }));
  return id;
}

/** Asks until there is an answer, for the same each time. */
async function request(item: AcceptItem): Promise<void> {
  const reply = await until(() => accept(item), { what: 'a dispatcher answers' });
  const ids = item.recipients.map(({ id }) => ({ id }));
  expect(reply).toMatchObject({ outcome: 'accepted', messages: ids, replayed: false });
}

/** A request to several recipients, with a key. */
function aList(): AcceptItem {
  const recipients = ['+12125550101', '+12125550102', '+12125550103'].map((to) => ({
    id: newMessageId(),
    to,
  }));
  return anAcceptItem({ recipients, idempotency: { key: newMessageId(), fingerprint: 'a'.repeat(64) } });
}

const isSent = (id: MessageId) =>
  until(async () => (await messageRow(db, id)).status === 'sent', {
    what: 'the message is sent',
  });

async function allSent(count: number): Promise<void> {
  const sent = async () =>
    (await sql`select from message where status = 'sent'`.execute(db)).rows.length === count;
  await until(sent, { what: `${count} messages are sent` });
}

/** How many messages the provider sent, and how often one of them at most. */
function effects(): { messages: number; most: number } {
  return { messages: provider.accepted.size, most: Math.max(...provider.accepted.values()) };
}

/** Sends single ones and lists until told to stop, through every trouble; returns how many were accepted. */
function keepSending(): () => Promise<number> {
  const state = { stopped: false, accepted: 0 };
  const sender = async () => {
    while (!state.stopped) {
      await request(anAcceptItem());
      await request(aList());
      state.accepted += 4;
    }
  };
  const senders = Promise.all(Array.from({ length: 8 }, sender));
  return async () => {
    state.stopped = true;
    await senders;
    return state.accepted;
  };
}

test('a dispatcher that is asked to stop ends cleanly', async () => {
  const dispatcher = start();
  await isSent(await send());
  expect(await dispatcher.stop()).toBe(0);
});

test('the whole JetStream store is deleted under load: nothing is lost or sent twice', async () => {
  start();
  await isSent(await send());
  const stop = keepSending();
  await until(() => provider.accepted.size > 100, { what: 'the load runs' });
  await server.restart({ wipe: true });
  const before = provider.accepted.size;
  await until(() => provider.accepted.size > before + 100, {
    what: 'the load runs again',
  });
  const accepted = (await stop()) + 1;
  await allSent(accepted);
  expect(effects()).toEqual({ messages: accepted, most: 1 });
});

test('PostgreSQL is killed under load: nothing is lost or sent twice', async () => {
  start();
  await isSent(await send());
  const stop = keepSending();
  await until(() => provider.accepted.size > 100, { what: 'the load runs' });
  await postgres.kill();
  await postgres.restart();
  const before = provider.accepted.size;
  await until(() => provider.accepted.size > before + 100, {
    what: 'the load runs again',
  });
  const accepted = (await stop()) + 1;
  await allSent(accepted);
  expect(effects()).toEqual({ messages: accepted, most: 1 });
});

test('dispatchers are killed under load, one after the other: nothing is lost or sent twice', async () => {
  let [current, next] = [start(), start()];
  await isSent(await send());
  const stop = keepSending();
  for (let kills = 0; kills < 3; kills += 1) {
    const before = provider.accepted.size;
    await until(() => provider.accepted.size > before + 100, { what: 'the load runs' });
    current.signal('SIGKILL');
    await current.ended;
    [current, next] = [next, start()];
  }
  const accepted = (await stop()) + 1;
  await allSent(accepted);
  expect(effects()).toEqual({ messages: accepted, most: 1 });
  expect(next.log()).not.toMatch(/"level":"(?:error|fatal)"/);
});
