import { RetentionPolicy } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { STREAMS } from '@parley/contracts/streams';
import { testBus, testService, until, type TestBus } from '@parley/testkit';
import type { Part } from '../runtime/part.ts';
import { connectBus, type Bus } from './connect.ts';
import { keepStreams } from './streams.ts';

let server: TestBus;
let service: ReturnType<typeof testService>;
let bus: Bus;
let keeper: Part;

beforeAll(async () => {
  server = await testBus();
});
afterAll(() => server.stop());
beforeEach(async () => {
  service = testService('test', { NATS_URL: server.url });
  bus = await connectBus(service);
  keeper = keepStreams(bus, { leaseMs: 2_000, replicas: 1 });
});
afterEach(async () => {
  await keeper.stop();
  await service.stop();
  await server.restart({ wipe: true });
});

/** Every stream there is, with its durables. */
async function existing(): Promise<Record<string, string[]>> {
  const manager = await bus.manager();
  const found: Record<string, string[]> = {};
  for await (const stream of manager.streams.list()) {
    const durables: string[] = [];
    for await (const { name } of manager.consumers.list(stream.config.name)) durables.push(name);
    found[stream.config.name] = durables.toSorted();
  }
  return found;
}
const expected = Object.fromEntries(
  Object.values(STREAMS).map(({ name, durables }) => [
    name,
    durables.map((durable) => durable.name).toSorted(),
  ]),
);

const complete = async () => {
  expect(await existing()).toEqual(expected);
  return true;
};

test('it makes every stream and durable of the contracts and is ready', async () => {
  await keeper.start();
  expect(await keeper.check?.()).toBeNull();
  expect(await complete()).toBe(true);
});

test('two that start at the same time, and one that comes later, are all content', async () => {
  const others = [1, 2].map(() => keepStreams(bus, { leaseMs: 2_000, replicas: 1 }));
  await Promise.all([keeper.start(), others[0]?.start()]);
  await others[1]?.start();
  const problems = () => Promise.all([keeper, ...others].map((part) => part.check?.()));
  await until(async () => (await problems()).every((problem) => problem === null), { what: 'all are ready' });
  expect(await complete()).toBe(true);
  await Promise.all(others.map((other) => other.stop()));
});

test('what disappears it makes again', async () => {
  await keeper.start();
  const manager = await bus.manager();
  await manager.streams.delete('WORK');
  await manager.consumers.delete('EVENTS', 'reporting--project');
  await until(complete, { what: 'everything is there again' });
});

test('after the whole store was deleted everything is there again', async () => {
  await keeper.start();
  await server.kill();
  await until(() => !bus.connected(), { what: 'the loss is noticed' });
  await server.restart({ wipe: true });
  await until(() => bus.connected(), { what: 'connected again' });
  await until(complete, { what: 'everything is there again' });
  await until(async () => (await keeper.check?.()) === null, { what: 'it is ready again' });
});

describe('what exists but differs is left alone and keeps the service from being ready', () => {
  test('a stream of another kind', async () => {
    const manager = await bus.manager();
    await manager.streams.add({ name: 'WORK', subjects: ['work.>'], retention: RetentionPolicy.Limits });
    await keeper.start();
    expect(await keeper.check?.()).toContain('stream WORK: retention is "limits", expected "workqueue"');
    expect(await keeper.check?.()).toContain('stream WORK: subjects is ["work.>"], expected ["work.');
    expect((await manager.streams.info('WORK')).config.retention).toBe(RetentionPolicy.Limits);
    expect(Object.keys(await existing()).toSorted()).toEqual(['EVENTS', 'WORK']);
  });

  test('a durable with another lease', async () => {
    await keeper.start();
    const other = keepStreams(bus, { leaseMs: 30_000, replicas: 1 });
    await other.start();
    expect(await other.check?.()).toMatch(
      /durable dispatcher--send.*: ack_wait is 2000000000, expected 30000000000/,
    );
    await other.stop();
  });
});

test('while the bus is gone it says so, and it stops all the same', async () => {
  await keeper.start();
  await server.stop();
  await until(async () => (await keeper.check?.())?.startsWith('the streams cannot be checked'), {
    what: 'it is not ready',
  });
});
