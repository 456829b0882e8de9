import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { z } from 'zod';
import {
  adminOf,
  aNumber,
  aSender,
  expecting,
  newAccount,
  sendingAccount,
  userOf,
  type User,
} from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);

/** Where the simulator plays a provider. */
const providerAt = (name: string): string => `${parley.endpoint().providersUrl}/${name}`;

const adds = (who: User, connection: object) => who.asks('/v1/connections', { body: connection });

describe('a new connection', () => {
  test('takes 10 messages a second of each sender, unless something else is said, and shows its secret once', async () => {
    const account = await sendingAccount(parley, 'new-connection');
    const connection = { id: 'new-sms', provider: 'sms-gateway', url: providerAt('sms') };
    const { body } = await expecting(201, adds(account, connection));
    expect(body).toMatchObject({ ...connection, rate_per_second: 10, secret: expect.any(String) });
    const listed = await until(
      async () => {
        const { body: list } = await expecting(200, account.asks('/v1/connections'));
        // Null while nobody can say.
        return JSON.stringify(list).includes('"breaker":null') ? null : list;
      },
      { what: 'it is told how it is doing' },
    );
    expect(listed).toMatchObject({ data: [{ id: 'new-sms', breaker: 'closed', waiting: 0 }] });
    expect(JSON.stringify(listed)).not.toContain('"secret');
  });

  test('sends what has waited for one', async () => {
    const account = await sendingAccount(parley, 'patient');
    const { id, to } = await account.sends({ from: aSender() });
    await account.sees(id, 'queued', 'no_connection');
    await expecting(201, adds(account, { id: 'at-last', provider: 'sms-gateway', url: providerAt('sms') }));
    expect(await account.sees(id, 'sent')).toMatchObject({ provider: 'at-last' });
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
  });

  test.each<[string, object, number, string]>([
    ['an unknown provider', { provider: 'pigeons' }, 422, 'validation_failed'],
    ['an address that is no URL', { provider: 'sms-gateway', url: 'over there' }, 422, 'validation_failed'],
    [
      'what its provider does not send',
      { provider: 'sms-gateway', types: ['email'] },
      422,
      'validation_failed',
    ],
    ['an id that is taken', { id: 'sms', provider: 'sms-gateway' }, 409, 'conflict'],
    ['a rate of nothing', { provider: 'sms-gateway', rate_per_second: 0 }, 422, 'validation_failed'],
  ])('is refused with %s', async (_what, connection, status, code) => {
    expect(await adds(admin, connection)).toMatchObject({ status, body: { code } });
  });

  test('is made by admins only', async () => {
    expect(await adds(user, { provider: 'sms-gateway' })).toMatchObject({ status: 403 });
  });
});

describe('of the connections of an account', () => {
  test('the one with the lowest priority is used, and the next when that one is ended', async () => {
    const account = await sendingAccount(parley, 'two-ways');
    const way = (id: string, priority: number) =>
      expecting(201, adds(account, { id, provider: 'sms-gateway', url: providerAt('sms'), priority }));
    await way('second', 2);
    await way('first', 1);
    const before = await account.sends({ from: aSender() });
    expect(await account.sees(before.id, 'sent')).toMatchObject({ provider: 'first' });
    await expecting(204, account.asks('/v1/connections/first', { method: 'DELETE' }));
    const after = await account.sends({ from: aSender() });
    expect(await account.sees(after.id, 'sent')).toMatchObject({ provider: 'second' });
    const change = { method: 'PATCH', body: { priority: 3 } };
    expect(await account.asks('/v1/connections/first', change)).toMatchObject({ status: 409 });
  });

  test('none is known to another one', async () => {
    const stranger = await newAccount(parley, 'no-connection-of-theirs');
    expect((await stranger.asks('/v1/connections')).body).toMatchObject({ data: [] });
    const change = { method: 'PATCH', body: { priority: 3 } };
    expect(await stranger.asks('/v1/connections/sms', change)).toMatchObject({ status: 404 });
    expect(await stranger.asks('/v1/connections/sms', { method: 'DELETE' })).toMatchObject({ status: 404 });
  });
});

test('a conversation is answered from the address that the other side wrote to', async () => {
  const [theirs, ours] = [aNumber(), aSender()];
  await user.sends({ from: aSender(), to: theirs });
  const inbound = JSON.stringify({
    message_id: 'to-be-answered',
    from: theirs,
    to: ours,
    timestamp: '2025-01-15T10:00:00Z',
    text: 'Hi!',
  });
  await expecting(200, parley.client().webhook('inbox', inbound));
  const [message] = await untilListed(parley.client(), `from=${encodeURIComponent(theirs)}`, 1);
  const { conversation_id } = z.object({ conversation_id: z.string() }).parse(message);
  const reply = { body: { body: 'Hello again' } };
  const answer = await expecting(202, user.asks(`/v1/conversations/${conversation_id}/messages`, reply));
  expect(answer.body).toMatchObject({ from: ours, to: theirs, conversation_id, type: 'sms' });
});
