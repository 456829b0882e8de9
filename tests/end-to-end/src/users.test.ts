import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { adminOf, aNumber, expecting, newAccount, userOf } from './people.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);

const list = z.object({ data: z.array(z.looseObject({ user_name: z.string().optional(), id: z.string() })) });
const conversations = z.object({
  data: z.array(z.looseObject({ id: z.string(), message_count: z.int(), unread_count: z.int() })),
});
const conversationsIn = ({ body }: { body: unknown }) => conversations.parse(body).data;
const read = async (path: string) => list.parse((await expecting(200, user.asks(path))).body).data;
const changeUser = (path: string, method: string, body?: unknown) =>
  admin.asks(`/v1/users/${path}`, { method, ...(body === undefined ? {} : { body }) });
/** The ids of what a user's list of messages shows, once it shows as many. */
const mailbox = (path: string, count: number) =>
  until(
    async () => {
      const found = await read(`/v1/users/${path}`);
      return found.length === count ? found.map(({ id }) => id) : null;
    },
    { what: `${path} lists ${count}` },
  );

describe('two users with phone and e-mail', () => {
  const anna = { user_name: 'anna', phone: aNumber(), email: 'anna@people.test' };
  const ben = { user_name: 'ben', phone: aNumber(), email: 'ben@people.test' };
  const ids: string[] = [];

  test('have one conversation, whatever they write by and whoever writes', async () => {
    for (const body of [anna, ben]) await expecting(201, admin.asks('/v1/users', { body }));
    const timestamp = '2024-11-01T14:00:00Z';
    const sent = [
      await user.sends({ from: anna.phone, to: ben.phone }),
      await user.sends({ from: ben.email, to: anna.email, timestamp }),
      await user.sends({ from: 'anna', to: 'ben' }),
    ];
    const answer = { from: ben.phone, to: anna.phone, type: 'mms', body: 'Hi', attachments: ['cat.jpg'] };
    const webhook = { ...answer, messaging_provider_id: 'from-ben', timestamp: new Date().toISOString() };
    await expecting(200, parley.client().webhook('sms', JSON.stringify(webhook)));
    const [received] = await until(
      async () => {
        const found = await user.lists(`from=${encodeURIComponent(ben.phone)}&direction=inbound`);
        return found.length === 1 ? found : null;
      },
      { what: 'the answer is listed' },
    );
    const all = [...sent, await user.message(received?.id ?? '')];
    expect(new Set(all.map(({ conversation_id }) => conversation_id)).size).toBe(1);
    expect(new Set(all.flatMap(({ from_user_id, to_user_id }) => [from_user_id, to_user_id])).size).toBe(2);
    ids.push(...all.map(({ id }) => id));
  });

  test('have read what came in once it is marked as read', async () => {
    const unread = (count: number) =>
      until(
        async () => {
          const { body } = await expecting(200, user.asks('/v1/conversations?participant=anna'));
          return conversationsIn({ body }).find(({ unread_count }) => unread_count === count);
        },
        { what: `${count} is unread` },
      );
    await unread(1);
    await expecting(200, user.does('read', ids.at(-1) ?? ''));
    expect(await unread(0)).toMatchObject({ message_count: 4 });
  });

  test('find all of it in their lists: of 30 days, or as many as they want, filtered as they want', async () => {
    const [sms = '', email = '', chat = '', mms = ''] = ids;
    expect(new Set(await mailbox('anna/messages', 3))).toEqual(new Set([sms, chat, mms]));
    expect((await mailbox('ben/messages?days=3650', 4)).at(-1)).toBe(email);
    expect(await mailbox('ben/messages?days=3650&type=email', 1)).toEqual([email]);
    expect(await mailbox('anna/messages?direction=inbound', 1)).toEqual([mms]);
    expect(await mailbox(`anna/messages?from=${encodeURIComponent(anna.phone)},anna`, 2)).toHaveLength(2);
    expect(await user.asks('/v1/users/anna/messages?days=0')).toMatchObject({ status: 422 });
  });

  test('bring what they said by an address with it, and leave it behind with it', async () => {
    const phone = aNumber();
    const before = await user.sends({ to: phone, body: 'before' });
    await expecting(200, changeUser('ben', 'PATCH', { phone }));
    const after = await user.sends({ to: phone, body: 'after' });
    expect([before.to_user_id, after.to_user_id]).toEqual([null, expect.any(String)]);
    const found = await mailbox('ben/messages?from=MyCorp', 2);
    expect(found).toEqual([after.id, before.id]);
    await expecting(204, changeUser('ben', 'DELETE'));
    expect((await user.asks('/v1/users/ben/messages')).status).toBe(404);
    expect((await user.sends({ to: phone })).to_user_id).toBeNull();
  });
});

test('what was written to an address joins the conversation of the user who gains it, under either id', async () => {
  await expecting(201, admin.asks('/v1/users', { body: { user_name: 'dan', email: 'dan@people.test' } }));
  const asked = async (query: string) => conversationsIn(await expecting(200, user.asks(query)));
  const before = await user.sends({ from: 'dan@people.test', to: 'cleo@people.test' });
  await expecting(201, admin.asks('/v1/users', { body: { user_name: 'cleo', email: 'cleo@people.test' } }));
  const after = await user.sends({ from: 'dan', to: 'cleo' });
  const joined = await until(
    async () => {
      const found = await asked('/v1/conversations?participant=cleo');
      return found.length === 1 && found[0]?.message_count === 2 ? found[0] : null;
    },
    { what: 'both messages are in one conversation' },
  );
  expect(joined.id).toBe(before.conversation_id);
  for (const id of [before.conversation_id, after.conversation_id]) {
    expect((await user.asks(`/v1/conversations/${id}`)).body).toMatchObject({ id: joined.id });
    const listed = await read(`/v1/conversations/${id}/messages`);
    expect(listed.map((one) => one.id).toSorted()).toEqual([before.id, after.id].toSorted());
  }
  const closed = { method: 'PATCH', body: { title: 'Cleo', status: 'closed' } };
  await expecting(200, user.asks(`/v1/conversations/${after.conversation_id}`, closed));
  expect(
    await asked(`/v1/conversations?participant=${encodeURIComponent('Cleo@people.test')}`),
  ).toMatchObject([{ title: 'Cleo', status: 'closed' }]);
});

test('an account may let only friends chat', async () => {
  const own = await newAccount(parley, 'careful');
  for (const user_name of ['tom', 'jerry'])
    await expecting(201, own.asks('/v1/users', { body: { user_name } }));
  const chat = { type: 'chat', from: 'tom', to: 'jerry', body: 'Hi' };
  await expecting(202, own.triesToSend(chat));
  const setting = { method: 'PATCH', body: { chat_friends_only: true } };
  await expecting(200, admin.asks('/v1/accounts/careful', setting));
  expect(await own.triesToSend(chat)).toMatchObject({ status: 403, body: { code: 'not_friends' } });
  await expecting(204, own.asks('/v1/users/jerry/friends/tom', { method: 'PUT' }));
  await expecting(202, own.triesToSend(chat));
  await expecting(204, own.asks('/v1/users/tom/friends/jerry', { method: 'DELETE' }));
  expect((await own.triesToSend(chat)).status).toBe(403);
});
