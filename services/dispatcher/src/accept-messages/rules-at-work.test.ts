import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newMessageId, newRowId, userId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptReply } from '@parley/contracts/requests/accept-messages';
import { aConsent, anAcceptItem, type AcceptOverrides, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import {
  accepting,
  aDirectory,
  outcomes,
  STALE_MS,
  type Accepting,
  type AcceptingDirectory,
} from '../testing/accepting.ts';
import { messageRow, waitingWork } from '../testing/rows.ts';
import { addConsents } from '../record-consent/store.ts';

const HOUR_MS = 3_600_000;

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let directory: AcceptingDirectory;
let accept: Accepting;

beforeEach(() => {
  directory = aDirectory();
  accept = accepting(db, directory);
});
afterEach(async () => {
  await sql`truncate message, idempotency_key, outbox, note, consent`.execute(db);
});
afterAll(close);

const keyed = (overrides: AcceptOverrides, key = 'k') =>
  anAcceptItem({ idempotency: { key, fingerprint: 'a'.repeat(64) }, ...overrides });
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const messagesOf = (reply: AcceptReply): Message[] => (reply.outcome === 'accepted' ? reply.messages : []);
const stored = () => db.selectFrom('message').selectAll().orderBy('id').execute();
const notes = () => db.selectFrom('note').selectAll().orderBy('id').execute();
const work = async () =>
  (await sql<{ message_id: string }>`select message_id from outbox where message_id is not null`.execute(db))
    .rows;

describe('a chat', () => {
  beforeEach(() => {
    for (const name of ['ann', 'bob']) directory.users.set(name, userId.parse(newRowId()));
  });

  test('is there at once, without work and without a sender of the account', async () => {
    directory.account = { ...directory.account, senders: [] };
    const [message] = messagesOf(await accept.one(anAcceptItem({ type: 'chat', from: 'ann', to: 'bob' })));
    expect(message).toMatchObject({ status: 'sent', sent_at: message?.created_at, provider: null });
    expect(await stored()).toMatchObject([{ status: 'sent', stale_after: null }]);
    expect(await work()).toEqual([]);
    expect(accept.published.map(({ payload }) => JSON.parse(payload))).toMatchObject([
      { facts: [{ kind: 'message.accepted', message: { status: 'sent' } }] },
    ]);
  });

  test('with somebody unknown is refused and leaves nothing', async () => {
    const replies = await accept.all([
      anAcceptItem({ type: 'chat', from: 'ann', to: 'eve' }),
      keyed({ type: 'chat', from: 'eve', to: 'bob' }),
      keyed({ type: 'chat', from: 'ann', to: 'bob' }),
    ]);
    expect(outcomes(replies)).toEqual(['unknown_user', 'unknown_user', 'accepted']);
    expect(await stored()).toHaveLength(1);
  });
});

describe('a chat where only friends may chat', () => {
  beforeEach(() => {
    for (const name of ['ann', 'bob', 'carl']) directory.users.set(name, userId.parse(newRowId()));
    directory.account = { ...directory.account, chat_friends_only: true };
    directory.friends.push(['ann', 'bob']);
  });

  test('goes to friends only, and to all of a list or none', async () => {
    const chat = (to: string, key = to) => keyed({ type: 'chat', from: 'ann', to }, key);
    const list = { recipients: ['bob', 'carl'].map((to) => ({ id: newMessageId(), to })) };
    const replies = await accept.all([
      chat('carl'),
      chat('bob', 'carl'),
      keyed({ type: 'chat', from: 'ann', ...list }, 'list'),
    ]);
    expect(outcomes(replies)).toEqual(['not_friends', 'accepted', 'not_friends']);
    expect(await stored()).toMatchObject([{ to: 'bob' }]);
  });
});

describe('a message that is to be sent later', () => {
  test('is scheduled, with work that is due then and counts as lost some time after', async () => {
    const send_at = inHours(2);
    const item = anAcceptItem({ send_at, valid_for: 60 });
    const [message] = messagesOf(await accept.one(item));
    if (message === undefined) throw new Error('was not accepted');
    const expires_at = new Date(Date.parse(send_at) + 60_000).toISOString();
    expect(message).toMatchObject({ status: 'scheduled', send_at, expires_at });
    expect(await messageRow(db, message.id)).toMatchObject({
      status: 'scheduled',
      stale_after: new Date(Date.parse(send_at) + STALE_MS).toISOString(),
    });
    expect(await waitingWork(db, message.id)).toEqual([
      { subject: 'work.send.normal.sms', available_at: send_at },
    ]);
  });

  test('keeps its key for 24 hours after that time', async () => {
    const send_at = inHours(30);
    await accept.all([
      keyed({ send_at }, 'later'),
      keyed({ send_at: inHours(-30) }, 'past'),
      keyed({}, 'now'),
    ]);
    const { rows } = await sql<{ key: string; hours: number }>`
      select key, round(extract(epoch from expires_at - now()) / 3600)::int as hours
      from idempotency_key order by key`.execute(db);
    expect(rows).toEqual([
      { key: 'later', hours: 54 },
      { key: 'now', hours: 24 },
      { key: 'past', hours: 24 },
    ]);
  });
});

describe('a recipient who opted out', () => {
  test('is not written to until he opts in again, and only by that kind of message', async () => {
    const address = '+12125550199';
    const at = (second: number) => `2026-01-15T10:00:0${second}.000Z`;
    const tried = async () => {
      const replies = await accept.all([
        anAcceptItem({ to: address }),
        anAcceptItem({ to: address, type: 'mms' }),
      ]);
      return outcomes(replies);
    };
    await addConsents(db, [aConsent({ address, type_class: 'email' })]);
    expect(await tried()).toEqual(['accepted', 'accepted']);
    await addConsents(db, [aConsent({ address, received_at: at(2) })]);
    expect(await tried()).toEqual(['recipient_opted_out', 'recipient_opted_out']);
    await addConsents(db, [aConsent({ address, state: 'opted_in', received_at: at(1) })]);
    expect(await tried()).toEqual(['recipient_opted_out', 'recipient_opted_out']);
    await addConsents(db, [aConsent({ address, state: 'opted_in', received_at: at(3) })]);
    expect(await tried()).toEqual(['accepted', 'accepted']);
  });

  test('keeps nobody else of the batch from being accepted, once each', async () => {
    await addConsents(db, [aConsent({ address: '+12125550177' })]);
    const items = [
      anAcceptItem({ to: '+12125550101' }),
      anAcceptItem({ to: '+12125550177' }),
      keyed({ to: '+12125550102' }),
    ];
    // One that has not met anybody yet who opted out finds it out only by storing.
    const unsuspecting = accepting(db, directory);
    expect(outcomes(await unsuspecting.all(items))).toEqual(['accepted', 'recipient_opted_out', 'accepted']);
    const stored = await db.selectFrom('message').select('to').orderBy('to').execute();
    expect(stored).toEqual([{ to: '+12125550101' }, { to: '+12125550102' }]);
  });

  test('does not undo what was accepted before', async () => {
    const [plain, withKey] = [anAcceptItem(), keyed({})];
    const first = await accept.all([plain, withKey]);
    await addConsents(db, [aConsent()]);
    expect(await accept.all([plain, withKey])).toEqual(first);
  });
});

describe('a replay', () => {
  test('is noted with whoever asked again; what is accepted is not', async () => {
    await accept.all([anAcceptItem(), keyed({ trace_id: 't-1' }), keyed({ trace_id: 't-2' })]);
    expect(await notes()).toMatchObject([{ event: 'replayed', details: { trace_id: 't-2' } }]);
  });

  test('that is itself asked for again, under the same ids, is noted once', async () => {
    await accept.one(keyed({}));
    const repeated = keyed({});
    const replies = [await accept.one(repeated), await accept.one(repeated)];
    expect(outcomes(replies)).toEqual(['replayed', 'replayed']);
    expect(await notes()).toHaveLength(1);
  });

  test('is answered even when it cannot be noted', async () => {
    const first = await accept.one(keyed({}));
    await sql`alter table note rename to gone`.execute(db);
    try {
      expect(await accept.one(keyed({}))).toEqual({ ...first, replayed: true });
    } finally {
      await sql`alter table gone rename to note`.execute(db);
    }
  });
});
