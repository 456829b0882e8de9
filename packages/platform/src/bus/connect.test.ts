import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { testBus, testService, until, type TestBus } from '@parley/testkit';
import { connectBus } from './connect.ts';

let server: TestBus;
beforeAll(async () => {
  server = await testBus();
});
afterAll(() => server.stop());

test('readiness follows the connection, which comes back by itself', async () => {
  const service = testService('test', { NATS_URL: server.url });
  const bus = await connectBus(service);
  const problem = () => service.owned[0]?.check?.();
  expect(await problem()).toBeNull();
  await server.kill();
  await until(() => !bus.connected(), { what: 'the loss is noticed' });
  expect(await problem()).toBe('not connected to NATS');
  await server.restart();
  await until(async () => (await problem()) === null, { what: 'it is ready again' });
  await service.stop();
});

test('a service that starts before the bus waits for it, and says so once', async () => {
  await server.stop();
  const service = testService('test', { NATS_URL: server.url });
  const warn = jest.spyOn(service.logger, 'warn');
  const connecting = connectBus(service);
  await until(() => warn.mock.calls.length > 0, { what: 'it says what it waits for' });
  await server.restart();
  expect((await connecting).connected()).toBe(true);
  expect(warn.mock.calls).toEqual([[`waiting for NATS at ${new URL(server.url).host}`]]);
  await service.stop();
});

test('a service stops cleanly although the bus is gone', async () => {
  const service = testService('test', { NATS_URL: server.url });
  const bus = await connectBus(service);
  await server.kill();
  await until(() => !bus.connected(), { what: 'the loss is noticed' });
  // Draining waits for an answer, and a server that takes connections and says nothing gives none.
  const drain = jest.spyOn(bus.nc, 'drain');
  await service.stop();
  expect(drain).not.toHaveBeenCalled();
  expect(bus.nc.isClosed()).toBe(true);
  await server.restart();
});

test('a password with special characters is understood', async () => {
  const service = testService('test', { NATS_URL: server.url.replace('parley:', 'parl%65y:') });
  const bus = await connectBus(service);
  expect(bus.connected()).toBe(true);
  await service.stop();
});

test('of several servers, one that answers is enough', async () => {
  const [, credentials = ''] = /\/\/(.*)@/.exec(server.url) ?? [];
  const list = `nats://${credentials}@127.0.0.1:1,nats://${new URL(server.url).host}`;
  const service = testService('test', { NATS_URL: list });
  expect((await connectBus(service)).connected()).toBe(true);
  await service.stop();
});
