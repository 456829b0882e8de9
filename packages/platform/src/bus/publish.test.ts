import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NoticeContract } from '@parley/contracts/contract';
import { testBus, testService, until, type TestBus } from '@parley/testkit';
import { z } from 'zod';
import type { Part } from '../runtime/part.ts';
import { Unavailable } from '../runtime/unavailable.ts';
import { connectBus, type Bus } from './connect.ts';
import { listen } from './notice.ts';
import { noticeText } from './payloads.ts';
import { publish } from './publish.ts';
import { keepStreams } from './streams.ts';

const EVENT = 'event.message.v1';
const contract: NoticeContract<{ number: number }> = {
  subject: 'test.changed',
  version: 1,
  notice: z.object({ number: z.int() }),
};

let server: TestBus;
const service = testService('test', {});
let bus: Bus;
const parts: Part[] = [];
const heard: [number[], number[]] = [[], []];

beforeAll(async () => {
  server = await testBus();
  service.config.NATS_URL = server.url;
  bus = await connectBus(service);
  parts.push(keepStreams(bus, { leaseMs: 60_000, replicas: 1 }));
  for (const list of heard) parts.push(listen(bus, contract, ({ number }) => list.push(number)));
  for (const part of parts) await part.start();
});
afterAll(async () => {
  for (const part of parts) await part.stop();
  await service.stop();
  await server.stop();
});

const stored = async () => (await (await bus.manager()).streams.info('EVENTS')).state.messages;

test('the same id is stored once', async () => {
  await publish(bus, EVENT, '{}', 'same');
  await publish(bus, EVENT, '{}', 'same');
  await publish(bus, EVENT, '{}', 'other');
  expect(await stored()).toBe(2);
});

test('a notice is heard by everybody, and one that nobody can read is dropped', async () => {
  await publish(bus, contract.subject, 'nonsense', 'a');
  await publish(bus, contract.subject, noticeText({ ...contract, version: 2 }, { number: 1 }), 'b');
  await publish(bus, contract.subject, noticeText(contract, { number: 2 }), 'c');
  await until(() => heard.every((list) => list.length > 0), { what: 'it is heard' });
  expect(heard).toEqual([[2], [2]]);
});

test('a stream that is not there is Unavailable, at once', async () => {
  await parts.shift()?.stop();
  await (await bus.manager()).streams.delete('EVENTS');
  await expect(publish(bus, EVENT, '{}', 'id')).rejects.toBeInstanceOf(Unavailable);
});

test.each([
  ['an event', EVENT],
  ['a notice', contract.subject],
])('while the bus is gone %s is Unavailable', async (_, subject) => {
  await server.kill();
  await until(() => !bus.connected(), { what: 'the loss is noticed' });
  await expect(publish(bus, subject, '{}', 'id')).rejects.toBeInstanceOf(Unavailable);
  await server.restart();
  await until(() => bus.connected(), { what: 'connected again' });
});
