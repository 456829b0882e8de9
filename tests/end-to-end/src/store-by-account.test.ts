import { describe, expect, test } from '@jest/globals';
import { expecting, newAccount, userOf, type User } from './people.ts';
import { ownParley, untilListed } from './running-parley.ts';

// What a service asks for that stores the messages of accounts and finds them again.
const parley = ownParley();
const user = userOf(parley);

const idsOf = (found: readonly unknown[]) =>
  found.map((message) => (message as { id: string }).id).toSorted();

describe('a store of messages', () => {
  const message = { from: '+14155550123', to: '+14155550124', body: 'Hello, World!' };
  let id: string;
  let account: User;

  test('creates them in the account of the key', async () => {
    const created = await user.sends(message);
    expect(created).toMatchObject({ ...message, account_id: 'demo' });
    ({ id } = created);
    // Accounts may be called by number.
    account = await newAccount(parley, '2');
    await expecting(201, account.asks('/v1/senders', { body: { kind: 'number', address: '*' } }));
    expect(await account.sends(message)).toMatchObject({ ...message, account_id: '2' });
  });

  test('gives those of an account to a key of that account', async () => {
    const [found] = await untilListed(parley.client(), '', 1);
    expect(found).toMatchObject({ id, account_id: 'demo' });
    expect(await account.asks(`/v1/messages/${id}`)).toMatchObject({ status: 404 });
  });

  test('finds them by their sender and their receiver, also by several', async () => {
    const others = [
      await user.sends({ ...message, from: '+14155550125' }),
      await user.sends({ ...message, to: '+14155550126' }),
    ];
    await untilListed(parley.client(), '', 3);
    const found = async (query: string) => idsOf(await user.lists(query));
    const [fromOther, toOther] = others.map((one) => one.id);
    expect(await found('from=%2B14155550123')).toEqual([id, toOther].toSorted());
    expect(await found('from=14155550123,14155550125')).toHaveLength(3);
    expect(await found('to=%2B14155550124')).toEqual([id, fromOther].toSorted());
    expect(await found('from=14155550123&to=14155550126')).toEqual([toOther]);
    expect(await found('from=14155550199')).toEqual([]);
    expect(await user.asks(`/v1/messages/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await user.asks('/v1/messages?sender_number=14155550123')).toMatchObject({ status: 422 });
  });
});

describe('how it is doing', () => {
  test('is told without a key', async () => {
    expect(await user.asks('/health', { key: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('is counted, each request once', async () => {
    const counted = async (): Promise<number> => {
      const text = await (await fetch(`${parley.endpoint().baseUrl}/metrics`)).text();
      const pattern =
        /^http_requests_total\{(?=[^}]*route="\/v1\/senders")(?=[^}]*status="200")[^}]*\} (\d+)$/m;
      return Number(pattern.exec(text)?.[1] ?? 0);
    };
    const before = await counted();
    for (let time = 0; time < 3; time += 1) await expecting(200, user.asks('/v1/senders'));
    expect(await counted()).toBe(before + 3);
  });
});
