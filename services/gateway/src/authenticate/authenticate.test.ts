import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { seedAccount, testBus, testDatabase, testService, until } from '@parley/testkit';
import { startGateway, type TestGateway } from '../testing/test-gateway.ts';
import { testConfig, testKey } from '../testing/test-keys.ts';

const NOBODY_LISTENS = 'postgres://nobody@127.0.0.1:1/nothing';
const admin = testKey('admin', ['admin']);
const leaver = testKey('leaver', ['read']);

let one: TestGateway;
let other: TestGateway;
let cutOff: TestGateway;
const cleanUp: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const database = await testDatabase();
  const bus = await testBus();
  await seedAccount(database.url, { api_keys: [admin.row, leaver.row] });
  const start = async (url: string) => {
    const service = testService('gateway', testConfig(url, bus.url));
    const gateway = await startGateway(service);
    cleanUp.push(
      () => gateway.stop(),
      () => service.stop(),
    );
    return gateway;
  };
  one = await start(database.url);
  other = await start(database.url);
  cutOff = await start(NOBODY_LISTENS);
  cleanUp.push(
    () => bus.stop(),
    () => database.drop(),
  );
});

afterAll(async () => {
  for (const step of cleanUp) await step();
});

test('a key that was revoked through one gateway is refused by every other one as soon as that is told', async () => {
  // What is remembered does not grow old meanwhile.
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  const statusAt = async (gateway: TestGateway) =>
    (await gateway.call('/v1/senders', { key: leaver.key })).status;
  expect(await statusAt(other)).toBe(200);
  const revoked = await one.call('/v1/api-keys/leaver', { method: 'DELETE', key: admin.key });
  expect(revoked.status).toBe(204);
  expect(await statusAt(one)).toBe(401);
  await until(async () => (await statusAt(other)) === 401, { what: 'the other knows' });
  clock.mockRestore();
});

test('a key shown in either header is as good as in the other', async () => {
  const answer = await one.call('/v1/senders', { headers: { 'x-api-key': admin.key } });
  expect(answer.status).toBe(200);
});

test('while the database is away nobody is told that a key is wrong', async () => {
  const answer = await cutOff.call('/v1/senders', { key: admin.key });
  expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(answer.headers.get('retry-after')).toBe('1');
});
