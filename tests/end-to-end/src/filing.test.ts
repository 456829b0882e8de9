import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { sql } from 'kysely';
import { z } from 'zod';
import { inDatabase } from './database.ts';
import type { Answer } from './parley-client.ts';
import { adminOf, aNumber, aSender, expecting, newAccount, sendingAccount, type User } from './people.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const admin = adminOf(parley);

const SECRET = 'known-to-both-sides';
let events = 0;

/** Delivers what the holder of a secret has signed through a connection of the SMS gateway. */
function deliver(connection: string, content: object, secret = SECRET): Promise<Answer> {
  const body = JSON.stringify(content);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'x-provider-signature': signature };
  return parley.client().call(`/webhooks/${connection}`, { method: 'POST', key: null, headers, body });
}

const anSms = (to: string) => ({
  from: aNumber(),
  to,
  type: 'sms',
  messaging_provider_id: `shared-${(events += 1)}`,
  body: 'hello',
  attachments: null,
  timestamp: '2024-11-01T14:00:00Z',
});

const connects = (who: User, connection: object) =>
  who.asks('/v1/connections', { body: { provider: 'sms-gateway', secret: SECRET, ...connection } });

/** Waits until an account lists one message to a number. */
const untilReceived = (who: User, to: string) =>
  until(async () => (await who.lists(`to=${encodeURIComponent(to)}`))[0] ?? null, {
    what: `a message to ${to}`,
  });

describe('through a shared connection', () => {
  let [anna, ben]: User[] = [];
  const numbers = { anna: aSender(), ben: aSender() };

  const people = (): { anna: User; ben: User } => {
    if (anna === undefined || ben === undefined) throw new Error('nobody is there');
    return { anna, ben };
  };

  beforeAll(async () => {
    anna = await newAccount(parley, 'anna');
    ben = await newAccount(parley, 'ben');
    const allow = (who: User, address: string) =>
      expecting(201, who.asks('/v1/senders', { body: { kind: 'number', address } }));
    await allow(anna, numbers.anna);
    await allow(ben, numbers.ben);
    await expecting(201, connects(admin, { id: 'everybody', shared: true }));
  });

  test('a message belongs to the account whose sender its recipient is, and to no other', async () => {
    const owners = people();
    for (const to of [numbers.anna, numbers.ben]) await expecting(200, deliver('everybody', anSms(to)));
    await untilReceived(owners.anna, numbers.anna);
    await untilReceived(owners.ben, numbers.ben);
    expect(await owners.anna.lists(`to=${encodeURIComponent(numbers.ben)}`)).toEqual([]);
    expect(await admin.lists(`to=${encodeURIComponent(numbers.anna)}`)).toEqual([]);
    const log = z.object({ data: z.array(z.object({ connection: z.string(), verdict: z.string() })) });
    expect(log.parse((await owners.anna.asks('/v1/webhook-log')).body).data).toEqual([
      { connection: 'everybody', verdict: 'created' },
    ]);
  });

  test('what is for nobody’s sender belongs to the account of the connection', async () => {
    const to = aSender();
    await expecting(200, deliver('everybody', anSms(to)));
    await untilReceived(admin, to);
  });

  test('a sender that is added counts from the next webhook on', async () => {
    const to = aSender();
    const { anna: owner } = people();
    await expecting(201, owner.asks('/v1/senders', { body: { kind: 'number', address: to } }));
    await expecting(200, deliver('everybody', anSms(to)));
    await untilReceived(owner, to);
  });

  test('the same event is one, whoever it was filed under', async () => {
    const sms = anSms(numbers.anna);
    await expecting(200, deliver('everybody', sms));
    expect((await deliver('everybody', { ...sms, to: numbers.ben })).body).toEqual({ status: 'duplicate' });
  });

  test('a number belongs to one account only, and sharing is up to the first one', async () => {
    const { ben: other } = people();
    const taken = other.asks('/v1/senders', { body: { kind: 'number', address: numbers.anna } });
    expect(await taken).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await connects(other, { id: 'bens', shared: true })).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    });
    await expecting(201, connects(other, { id: 'bens' }));
    const change = { method: 'PATCH', body: { shared: true } };
    expect(await other.asks('/v1/connections/bens', change)).toMatchObject({ status: 403 });
    await expecting(200, deliver('bens', anSms(numbers.anna)));
    await untilReceived(other, numbers.anna);
  });

  test('that is shared no more everything belongs to its own account again', async () => {
    const change = { method: 'PATCH', body: { shared: false } };
    await expecting(200, admin.asks('/v1/connections/everybody', change));
    const found = await until(
      async () => {
        await expecting(200, deliver('everybody', anSms(numbers.anna)));
        return (await admin.lists(`to=${encodeURIComponent(numbers.anna)}`))[0] ?? null;
      },
      { what: 'the change is known' },
    );
    expect(found).toMatchObject({ to: numbers.anna });
  });
});

describe('through a connection that was ended', () => {
  let account: User;

  beforeAll(async () => {
    account = await sendingAccount(parley, 'leaving');
    const url = `${parley.endpoint().providersUrl}/sms`;
    await expecting(201, connects(account, { id: 'old-way', url }));
  });

  test('receipts are taken for seven days, and nothing else', async () => {
    const { id } = await account.sends({ from: aSender() });
    const { provider_message_id: provider_reference } = await account.sees(id, 'sent');
    await expecting(204, account.asks('/v1/connections/old-way', { method: 'DELETE' }));
    const receipt = { provider_reference, status: 'DELIVERED' };
    expect(await deliver('old-way', receipt, 'guessed')).toMatchObject({ status: 401 });
    await until(async () => (await deliver('old-way', anSms(aSender()))).status === 404, {
      what: 'the end of the connection is known',
    });
    expect((await expecting(200, deliver('old-way', receipt))).body).toEqual({ status: 'accepted' });
    await account.sees(id, 'delivered');
    await inDatabase(parley, 'gateway', (db) =>
      sql`update connection set disabled_at = now() - interval '7 days 1 minute' where id = 'old-way'`.execute(
        db,
      ),
    );
    await until(async () => (await deliver('old-way', receipt)).status === 404, { what: 'the week is over' });
  });
});
