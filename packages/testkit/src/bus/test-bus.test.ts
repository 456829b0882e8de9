import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBus, type Bus } from '@parley/platform/bus';
import { testService } from '../service/test-service.ts';
import { until } from '../until.ts';
import { testBus, type TestBus } from './test-bus.ts';

let server: TestBus;
let bus: Bus;
const service = testService('testkit', {});

beforeAll(async () => {
  server = await testBus();
  service.config.NATS_URL = server.url;
  bus = await connectBus(service);
});
afterAll(async () => {
  await service.stop();
  await server.stop();
});

async function streams(): Promise<string[]> {
  await until(() => bus.connected(), { what: 'connected again' });
  return (await bus.manager()).streams.names().next();
}
const disconnected = () => until(() => !bus.connected(), { what: 'disconnected' });

test('a bus that was killed comes back under its URL with its streams', async () => {
  await (await bus.manager()).streams.add({ name: 'KEPT', subjects: ['kept'] });
  await server.kill();
  await disconnected();
  await server.restart();
  expect(await streams()).toEqual(['KEPT']);
});

test('a bus that was wiped has forgotten its streams', async () => {
  await server.stop();
  await disconnected();
  await server.restart({ wipe: true });
  expect(await streams()).toEqual([]);
});

test('every bus is a server of its own', async () => {
  const other = await testBus();
  expect(new URL(other.url).port).not.toBe(new URL(server.url).port);
  await other.stop();
});
