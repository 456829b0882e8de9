import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Unavailable } from '../runtime/unavailable.ts';
import { accountId, connectionId } from '@parley/contracts/ids';
import { STANDARD_KEYWORD_SETTINGS } from '@parley/contracts/keyword-settings';
import { directoryChanged } from '@parley/contracts/notices/directory-changed';
import { seedAccount, testBus, testDatabase, testKeyring, testService, until } from '@parley/testkit';
import type { SeededAccount, TestBus, TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { connectBus, type Bus } from '../bus/connect.ts';
import { noticeText } from '../bus/payloads.ts';
import { createDatabase } from '../db/open-database.ts';
import { openDirectory, type Directory } from './directory.ts';

let server: TestBus;
let database: TestDatabase;
let gateway: Kysely<Record<never, never>>;
let service: ReturnType<typeof testService>;
let bus: Bus;
let directory: Directory;
let acme: SeededAccount;
/** What the clock says: nothing grows old by itself, however slow the machine is. */
let clock: number;

beforeAll(async () => {
  [server, database] = await Promise.all([testBus(), testDatabase()]);
  gateway = createDatabase({ url: database.url, schema: 'gateway' });
});
afterAll(async () => {
  await gateway.destroy();
  await Promise.all([server.stop(), database.drop()]);
});
beforeEach(async () => {
  clock = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => clock);
  await sql`truncate account cascade`.execute(gateway);
  acme = await seedAccount(database.url, {
    version: 7,
    blocked_words: ['STOP', 'HALT'],
    senders: [{ kind: 'number', address: '+12125550100' }],
    users: [{ user_name: 'ann', phone: '+12125550101', email: 'Ann@Acme.example' }],
    connections: [
      { id: 'second', provider: 'sms-gateway', types: ['sms'], priority: 2, url: 'http://two' },
      { id: 'first', provider: 'sms-gateway', types: ['sms', 'mms'], priority: 1, secrets: ['new', 'old'] },
      { id: 'off', provider: 'mail-gateway', types: ['email'], disabled_at: '2026-01-15T10:00:00.000Z' },
    ],
  });
  service = testService('dispatcher', { NATS_URL: server.url });
  bus = await connectBus(service);
  directory = openDirectory(service, bus, {
    url: database.url,
    opens: { column: 'secrets', keyring: testKeyring() },
  });
  await directory.start();
  await bus.nc.flush();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await directory.stop();
  await service.stop();
});

const first = {
  id: 'first',
  account_id: 'acme',
  provider: 'sms-gateway',
  types: ['sms', 'mms'],
  priority: 1,
  url: null,
  token: null,
  secrets: ['new', 'old'],
  rate_per_second: null,
  honours_idempotency_keys: null,
};

describe('an account', () => {
  const blockedWords = async (version?: number) => (await directory.account(acme.id, version))?.blocked_words;
  /** Changes the account as the gateway does, but tells nobody. */
  const change = (word: string) =>
    sql`update account set version = version + 1, blocked_words = ${[word]} where id = ${acme.id}`.execute(
      gateway,
    );

  test('comes with its senders and its enabled connections, lowest priority first', async () => {
    expect(await directory.account(acme.id)).toEqual({
      id: 'acme',
      name: 'acme',
      version: 7,
      blocked_words: ['STOP', 'HALT'],
      chat_friends_only: false,
      keywords: STANDARD_KEYWORD_SETTINGS,
      senders: [{ kind: 'number', address: '+12125550100' }],
      connections: [first, expect.objectContaining({ id: 'second', url: 'http://two', secrets: [] })],
    });
  });

  test('that is not there is null, and there as soon as it is made', async () => {
    const id = accountId.parse('later');
    expect(await directory.account(id)).toBeNull();
    await seedAccount(database.url, { id: 'later', senders: [] });
    expect(await directory.account(id)).toMatchObject({ id: 'later', senders: [], connections: [] });
  });

  test('is loaded once and remembered, for five seconds at most', async () => {
    expect(await blockedWords()).toEqual(['STOP', 'HALT']);
    await change('NEW');
    clock += 4_999;
    expect(await blockedWords()).toEqual(['STOP', 'HALT']);
    clock += 1;
    expect(await blockedWords()).toEqual(['NEW']);
  });

  test('is dropped when it is told that it changed', async () => {
    expect(await blockedWords()).toEqual(['STOP', 'HALT']);
    await change('NEW');
    const notice = noticeText(directoryChanged, { account_id: acme.id, version: 8 });
    bus.nc.publish(directoryChanged.subject, notice);
    await until(async () => (await blockedWords())?.[0] === 'NEW', {
      what: 'the change is seen',
    });
  });

  test('is loaded again by a request that has seen a newer version, and by no other', async () => {
    await blockedWords();
    await change('NEW');
    expect(await blockedWords(7)).toEqual(['STOP', 'HALT']);
    expect(await blockedWords(8)).toEqual(['NEW']);
    expect(await blockedWords(7)).toEqual(['NEW']);
  });
});

describe('a connection', () => {
  test('is found by its id, also when it is disabled', async () => {
    expect(await directory.connection(connectionId.parse('first'))).toEqual({
      ...first,
      is_disabled: false,
      is_shared: false,
    });
    expect(await directory.connection(connectionId.parse('off'))).toMatchObject({
      types: ['email'],
      is_disabled: true,
    });
    expect(await directory.connection(connectionId.parse('nowhere'))).toBeNull();
  });

  test('is dropped when it is told that something of its account changed', async () => {
    const secrets = async () => (await directory.connection(connectionId.parse('first')))?.secrets;
    expect(await secrets()).toEqual(['new', 'old']);
    await sql`update connection set secrets = '{newest,new}' where id = 'first'`.execute(gateway);
    expect(await secrets()).toEqual(['new', 'old']);
    bus.nc.publish(
      directoryChanged.subject,
      noticeText(directoryChanged, { account_id: acme.id, version: 8 }),
    );
    await until(async () => (await secrets())?.[0] === 'newest', { what: 'it is seen' });
  });
});

test('users are found by phone and by e-mail, all of them by one statement', async () => {
  const counted = async () =>
    Number((await service.metrics.expose()).body.match(/^db_statements_total\{.*\} (\d+)$/m)?.[1] ?? 0);
  const before = await counted();
  const addresses = ['ann@acme.example', '+12125550101', '+12125550199'];
  const found = await directory.users(addresses.map((address) => ({ account_id: acme.id, address })));
  expect(found).toEqual([acme.users[0], acme.users[0], null]);
  expect((await counted()) - before).toBe(1);
});

test('the account of a number or mailbox is the one that has it as a sender, whatever it is called elsewhere', async () => {
  await seedAccount(database.url, {
    id: 'zoo',
    senders: [
      { kind: 'email', address: 'zoo@acme.example' },
      { kind: 'alphanumeric', address: 'Zoo' },
      { kind: 'number', address: '*' },
    ],
  });
  const addresses = ['zoo@acme.example', '+12125550199', '+12125550100', 'Zoo', '*'];
  expect(await directory.senderAccounts(addresses)).toEqual(['zoo', null, 'acme', null, null]);
  expect(await directory.senderAccounts([])).toEqual([]);
});

test('two users are friends in either order, and nobody else is', async () => {
  const { users } = await seedAccount(database.url, {
    id: 'zoo',
    users: [{ user_name: 'cat' }, { user_name: 'dog' }, { user_name: 'eel' }],
  });
  const [cat, dog, eel] = users;
  if (cat === undefined || dog === undefined || eel === undefined) throw new Error('somebody is missing');
  await sql`insert into friend select least(${cat}::uuid, ${dog}), greatest(${cat}::uuid, ${dog})`.execute(
    gateway,
  );
  const pairs = [
    [cat, dog],
    [eel, dog],
    [dog, cat],
    [cat, eel],
  ] as const;
  expect(await directory.areFriends(pairs)).toEqual([true, false, true, false]);
  expect(await directory.areFriends([])).toEqual([]);
});

test('a database that is away makes every answer Unavailable', async () => {
  await service.stop();
  const url = 'postgres://postgres:x@127.0.0.1:1/nowhere';
  const lost = openDirectory(service, bus, { url, opens: null });
  await expect(lost.account(acme.id)).rejects.toMatchObject({ name: 'Unavailable' });
  await expect(lost.connection(connectionId.parse('first'))).rejects.toMatchObject({ name: 'Unavailable' });
  const lookups = [{ account_id: acme.id, address: '+12125550101' }];
  await expect(lost.users(lookups)).rejects.toMatchObject({ name: 'Unavailable' });
});

describe('secrets of connections', () => {
  const store = (secrets: string[]) =>
    sql`update connection set secrets = ${secrets} where id = 'first'`.execute(gateway);
  const sealed = (secret: string) => testKeyring().seal(secret, 'connection first secret');

  test('come opened', async () => {
    await store([sealed('hush'), 'plain']);
    expect((await directory.connection(connectionId.parse('first')))?.secrets).toEqual(['hush', 'plain']);
  });

  test('that cannot be opened take their connection away, and no other', async () => {
    await store([
      testKeyring(`lost:${Buffer.alloc(32).toString('base64url')}`).seal('hush', 'connection first secret'),
    ]);
    await expect(directory.connection(connectionId.parse('first'))).rejects.toBeInstanceOf(Unavailable);
    expect((await directory.account(acme.id))?.connections.map(({ id }) => id)).toEqual(['second']);
  });

  test('are not even asked for by a service that does not need them', async () => {
    await store([sealed('hush')]);
    const blind = openDirectory(service, bus, { url: database.url, opens: null });
    expect((await blind.connection(connectionId.parse('first')))?.secrets).toEqual([]);
  });
});
