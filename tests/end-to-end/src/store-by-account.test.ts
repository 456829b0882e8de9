import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { expecting, sendingAccount, userOf, type User } from './people.ts';
import { runningParley } from './running-parley.ts';

// What a service asks for that stores the messages of accounts and finds them again.
const parley = runningParley();
const user = userOf(parley);

describe('a store of messages', () => {
  const message = { from: '+14155550123', to: '+14155550124', body: 'Hello, World!' };
  let id: string;
  let account: User;
  let other: User;

  /** The ids of all that the account has, once it has so many. */
  const untilStored = (count: number) =>
    until(
      async () => {
        const found = await account.lists('');
        return found.length === count ? found : null;
      },
      { what: `${count} messages are listed` },
    );

  test('creates them in the account of the key', async () => {
    // Accounts may be called by number.
    [account, other] = [await sendingAccount(parley, '1'), await sendingAccount(parley, '2')];
    const created = await account.sends(message);
    expect(created).toMatchObject({ ...message, account_id: '1' });
    ({ id } = created);
    expect(await other.sends(message)).toMatchObject({ ...message, account_id: '2' });
  });

  test('gives those of an account to a key of that account', async () => {
    const [found] = await untilStored(1);
    expect(found).toMatchObject({ id, account_id: '1' });
    expect(await other.asks(`/v1/messages/${id}`)).toMatchObject({ status: 404 });
  });

  test('finds them by their sender and their receiver, also by several', async () => {
    const others = [
      await account.sends({ ...message, from: '+14155550125' }),
      await account.sends({ ...message, to: '+14155550126' }),
    ];
    await untilStored(3);
    const found = async (query: string) => (await account.lists(query)).map((one) => one.id).toSorted();
    const [fromOther, toOther] = others.map((one) => one.id);
    expect(await found('from=%2B14155550123')).toEqual([id, toOther].toSorted());
    expect(await found('from=14155550123,14155550125')).toHaveLength(3);
    expect(await found('to=%2B14155550124')).toEqual([id, fromOther].toSorted());
    expect(await found('from=14155550123&to=14155550126')).toEqual([toOther]);
    expect(await found('from=14155550199')).toEqual([]);
    expect(await account.asks(`/v1/messages/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await account.asks('/v1/messages?sender_number=14155550123')).toMatchObject({ status: 422 });
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
