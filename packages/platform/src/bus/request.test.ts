import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestContract } from '@parley/contracts/contract';
import { testBus, testService, until, type TestBus } from '@parley/testkit';
import { z } from 'zod';
import { QueueFull } from '../runtime/batcher.ts';
import type { Part } from '../runtime/part.ts';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { connectBus, type Bus } from './connect.ts';
import { groupRequester, requester, type RequesterOptions } from './request.ts';
import { respond, type RequestHandler } from './respond.ts';

const doubling: RequestContract<number, string> = {
  subject: 'test.double-numbers',
  version: 1,
  item: z.number(),
  reply: z.string(),
};

let server: TestBus;
let service: ReturnType<typeof testService>;
let bus: Bus;
let parts: Part[];

beforeAll(async () => {
  server = await testBus();
});
afterAll(() => server.stop());
beforeEach(async () => {
  parts = [];
  service = testService('test', { NATS_URL: server.url });
  bus = await connectBus(service);
});
afterEach(async () => {
  await Promise.all(parts.map((part) => part.stop()));
  await service.stop();
});

async function answer(handle: RequestHandler<number, string>): Promise<void> {
  const part = respond(bus, doubling, handle);
  parts.push(part);
  await part.start();
  await bus.nc.flush();
}
/** Answers may take as long as the machine needs. */
const asking = (options: Partial<RequesterOptions> = {}) =>
  requester(bus, doubling, { waitMs: 1, maxQueued: 10_000, timeoutMs: 60_000, ...options });
const double = (items: number[]) => items.map((item) => `${item * 2}`);

test('calls at the same time travel together and everyone gets the own reply', async () => {
  const batches: number[] = [];
  await answer(async (items) => {
    batches.push(items.length);
    return double(items);
  });
  const numbers = Array.from({ length: 1_200 }, (_, index) => index);
  const replies = await Promise.all(numbers.map(asking({ concurrency: 1 })));
  expect(replies).toEqual(double(numbers));
  expect(batches).toEqual([500, 500, 200]);
});

test('a request grows to a megabyte and no further', async () => {
  const echo: RequestContract<string, number> = {
    subject: 'test.measure-texts',
    version: 1,
    item: z.string(),
    reply: z.number(),
  };
  const batches: number[] = [];
  const part = respond(bus, echo, async (items) => {
    batches.push(items.length);
    return items.map((item) => item.length);
  });
  parts.push(part);
  await part.start();
  const ask = requester(bus, echo, { waitMs: 1, maxQueued: 100, concurrency: 1 });
  const text = 'x'.repeat(300_000);
  expect(await Promise.all([1, 2, 3, 4, 5].map(() => ask(text)))).toEqual(Array(5).fill(300_000));
  expect(batches).toEqual([3, 2]);
});

test('instances share the work: every request is answered by one of them', async () => {
  let handled = 0;
  const handle = async (items: number[]) => {
    handled += items.length;
    return double(items);
  };
  await answer(handle);
  await answer(handle);
  const ask = asking();
  for (const number of [1, 2, 3, 4]) expect(await ask(number)).toBe(`${number * 2}`);
  expect(handled).toBe(4);
});

test('a group travels alone, whole and in order, whoever else asks', async () => {
  const batches: number[][] = [];
  await answer(async (items) => {
    batches.push(items);
    return double(items);
  });
  const ask = groupRequester(bus, doubling, { maxQueued: 2, concurrency: 1 });
  expect(await Promise.all([ask([1, 2, 3]), ask([4])])).toEqual([['2', '4', '6'], ['8']]);
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

test('too many waiting groups are refused with QueueFull, and the others are answered', async () => {
  await answer(async (items) => double(items));
  const ask = groupRequester(bus, doubling, { maxQueued: 1, concurrency: 1 });
  const asked = [ask([1]), ask([2])];
  await expect(ask([3])).rejects.toBeInstanceOf(QueueFull);
  expect(await Promise.all(asked)).toEqual([['2'], ['4']]);
});

test('too many waiting calls are refused with QueueFull, and the others are answered', async () => {
  await answer(async (items) => double(items));
  const ask = asking({ maxQueued: 2 });
  const waiting = [ask(1), ask(2)];
  await expect(ask(3)).rejects.toBeInstanceOf(QueueFull);
  expect(await Promise.all(waiting)).toEqual(['2', '4']);
});

describe('nothing was done, surely', () => {
  test('when nobody answers the subject: Unavailable, at once', async () => {
    await expect(asking()(1)).rejects.toMatchObject({
      name: 'Unavailable',
      message: 'nobody answers test.double-numbers',
    });
  });

  test('when the handler says so', async () => {
    await answer(async () => {
      throw new Unavailable('no database');
    });
    await expect(asking()(1)).rejects.toBeInstanceOf(Unavailable);
  });

  test('when the request could not be read', async () => {
    await answer(async (items) => double(items));
    const other = requester(bus, { ...doubling, version: 2 }, { waitMs: 1, maxQueued: 1 });
    await expect(other(1)).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('nobody knows what was done', () => {
  test('when the handler fails for a reason of its own', async () => {
    await answer(async () => {
      throw new Error('half way');
    });
    await expect(asking()(1)).rejects.toBeInstanceOf(OutcomeUnknown);
  });

  test.each<[string, (items: number[]) => string[]]>([
    ['too few replies', () => []],
    ['too many replies', (items) => [...double(items), 'more']],
  ])('when the handler gives %s', async (_, handle) => {
    await answer(async (items) => handle(items));
    await expect(asking()(1)).rejects.toBeInstanceOf(OutcomeUnknown);
  });

  test('when the answer cannot be read', async () => {
    await answer(async (items) => double(items));
    const ask = requester(bus, { ...doubling, reply: z.string().min(5) }, { waitMs: 1, maxQueued: 1 });
    await expect(ask(1)).rejects.toBeInstanceOf(OutcomeUnknown);
  });
});

test('a responder that stops finishes what it has and leaves the rest to others', async () => {
  const [entered, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await answer(async (items) => {
    entered.resolve();
    await release.promise;
    return double(items);
  });
  const ask = asking({ concurrency: 2 });
  const first = ask(1);
  await entered.promise;
  const stopped = parts.pop()?.stop();
  await until(() => asking({ timeoutMs: 200 })(2).catch((error) => error instanceof Unavailable), {
    what: 'nobody else is asked',
  });
  release.resolve();
  expect(await first).toBe('2');
  await stopped;
});

test('while the bus is gone calls fail at once, and work again when it is back', async () => {
  await answer(async (items) => double(items));
  const ask = asking();
  expect(await ask(1)).toBe('2');
  await server.kill();
  await until(() => !bus.connected(), { what: 'the loss is noticed' });
  await expect(ask(2)).rejects.toBeInstanceOf(Unavailable);
  await server.restart();
  const again = asking({ timeoutMs: 1_000 });
  expect(await until(() => again(3), { what: 'it is answered again' })).toBe('6');
});

test('a call whose bus dies under way is not called undone', async () => {
  const entered = Promise.withResolvers<void>();
  await answer(() => {
    entered.resolve();
    return new Promise(() => {});
  });
  parts.length = 0;
  const call = asking({ timeoutMs: 200 })(1);
  await entered.promise;
  await Promise.all([expect(call).rejects.toBeInstanceOf(OutcomeUnknown), server.kill()]);
  await server.restart();
  await until(() => bus.connected(), { what: 'connected again' });
});
