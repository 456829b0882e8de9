import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { expecting, newAccount, userOf, type User } from './people.ts';
import { runningParley } from './running-parley.ts';

// What a service asks for whose users write to each other.
const parley = runningParley();
let user: User;

const NAMES = ['rdibari', 'bugs', 'duck', 'porky'];
const users = z.object({ data: z.array(z.looseObject({ user_name: z.string() })) });
const messages = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

/** The ids in a user's mailbox, once it has as many. */
const mailbox = (of: string, count: number) =>
  until(
    async () => {
      const { body } = await expecting(200, user.asks(`/v1/users/${of}/messages`));
      const ids = messages.parse(body).data.map(({ id }) => id);
      return ids.length === count ? ids : null;
    },
    { what: `${of} has ${count} messages` },
  );

beforeAll(async () => {
  user = await newAccount(parley, 'cartoons');
  for (const user_name of NAMES) await expecting(201, user.asks('/v1/users', { body: { user_name } }));
});

describe('users who write to each other', () => {
  let id: string;

  test('are listed by name', async () => {
    const { body } = await expecting(200, user.asks('/v1/users'));
    expect(users.parse(body).data.map(({ user_name }) => user_name)).toEqual(NAMES.toSorted());
  });

  test('are there in the demo account from the beginning', async () => {
    const { data } = users.parse((await expecting(200, userOf(parley).asks('/v1/users'))).body);
    expect(data.map(({ user_name }) => user_name)).toEqual(expect.arrayContaining(NAMES));
    expect(data.find(({ user_name }) => user_name === 'bugs')).toEqual({
      id: expect.any(String),
      user_name: 'bugs',
      first_name: expect.anything(),
      last_name: expect.anything(),
      email: expect.any(String),
      phone: expect.any(String),
      mfa: expect.any(Boolean),
      created_at: expect.any(String),
      modified_at: expect.any(String),
    });
  });

  test('have empty mailboxes first', async () => {
    expect(await mailbox('rdibari', 0)).toEqual([]);
  });

  test('send chat messages', async () => {
    const sent = await user.sends({ from: 'rdibari', to: 'bugs', body: 'hey' });
    expect(sent).toMatchObject({
      type: 'chat',
      status: 'sent',
      from: 'rdibari',
      to: 'bugs',
      body: 'hey',
      sent_at: expect.any(String),
      delivered_at: null,
      read_at: null,
    });
    ({ id } = sent);
  });

  test('find them in the mailboxes of both, and nowhere else', async () => {
    expect(await mailbox('rdibari', 1)).toEqual([id]);
    expect(await mailbox('bugs', 1)).toEqual([id]);
    expect(await mailbox('porky', 0)).toEqual([]);
  });

  test('read them', async () => {
    const read = await user.does('read', id);
    expect(read).toMatchObject({ status: 200, body: { status: 'read', read_at: expect.any(String) } });
  });

  test('are told of users that are not there', async () => {
    expect(await user.asks('/v1/users/fakeuser/messages')).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: expect.stringContaining('user') },
    });
    const answer = await user.triesToSend({ type: 'chat', from: 'rdibari', to: 'fakeuser' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'unknown_user' } });
    expect(await mailbox('rdibari', 1)).toEqual([id]);
  });

  test('write to several at once, in emoji too', async () => {
    const answer = await user.triesToSend({ from: 'porky', to: ['bugs', 'duck'], body: '🥕 that’s all' });
    const { body } = await expecting(202, Promise.resolve(answer));
    const list = z.object({
      data: z.array(z.looseObject({ body: z.string(), conversation_id: z.string() })),
      conversation_id: z.string(),
    });
    const { data, conversation_id } = list.parse(body);
    expect(data).toHaveLength(2);
    for (const message of data) expect(message).toMatchObject({ body: '🥕 that’s all', conversation_id });
    expect(await mailbox('porky', 2)).toHaveLength(2);
  });
});
