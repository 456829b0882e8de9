import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STREAMS } from '@parley/contracts/streams';
import { testBus, testService, until, type TestBus } from '@parley/testkit';
import { z } from 'zod';
import type { Part } from '../runtime/part.ts';
import { Unavailable } from '../runtime/unavailable.ts';
import { connectBus, type Bus } from './connect.ts';
import { consume, type ConsumeOptions, type RejectedMessage } from './consume.ts';
import { publish } from './publish.ts';
import { keepStreams } from './streams.ts';
import { DONE } from './verdict.ts';

const SUBJECT = 'event.message.v1';
const STREAM = STREAMS.events.name;
const DURABLE = 'reporting--project';
const schema = z.object({ number: z.int() });

let server: TestBus;
let service: ReturnType<typeof testService>;
let bus: Bus;
let parts: Part[];
let handled: number[];
let rejected: RejectedMessage[];

beforeEach(async () => {
  // A server for each test: a stream that is deleted and made anew under load may find its old messages again.
  server = await testBus();
  [parts, handled, rejected] = [[], [], []];
  service = testService('test', { NATS_URL: server.url });
  bus = await connectBus(service);
  await begin(keepStreams(bus, { leaseMs: 60_000, replicas: 1 }));
});
afterEach(async () => {
  for (const part of parts.toReversed()) await part.stop();
  await service.stop();
  await server.stop();
});

async function begin(part: Part): Promise<Part> {
  parts.push(part);
  await part.start();
  return part;
}

/** Consumes, by default writing down what was handled and what was rejected. */
function consuming(overrides: Partial<ConsumeOptions<z.infer<typeof schema>>> = {}): Promise<Part> {
  const part = consume(bus, {
    stream: STREAM,
    durable: DURABLE,
    schema,
    concurrency: 10,
    handle: async ({ number }) => {
      handled.push(number);
      return DONE;
    },
    deadLetter: async (message) => void rejected.push(message),
    ...overrides,
  });
  return begin(part);
}

let published = 0;
async function put(...numbers: number[]): Promise<void> {
  for (const number of numbers)
    await publish(bus, SUBJECT, JSON.stringify({ number }), `id-${(published += 1)}`);
}
const settled = () =>
  until(
    async () => {
      const { num_pending, num_ack_pending } = await (await bus.manager()).consumers.info(STREAM, DURABLE);
      return num_pending === 0 && num_ack_pending === 0;
    },
    { what: 'every message is settled' },
  );
const count = (verdict: string) => async () =>
  (await service.metrics.expose()).body.match(
    RegExp(`consumer_verdicts_total.*"${verdict}".* (\\d+)$`, 'm'),
  )?.[1];

test('done: a message is handled once and never comes again', async () => {
  await put(1, 2, 3);
  await consuming();
  await settled();
  expect(handled).toEqual([1, 2, 3]);
  expect(await count('done')()).toBe('3');
});

test('retry: a message comes again after the time that was asked for', async () => {
  await consuming({
    handle: async ({ number }) => {
      handled.push(number);
      return handled.length < 3 ? { verdict: 'retry', after_ms: 10, reason: 'too early' } : DONE;
    },
  });
  await put(7);
  await until(() => handled.length === 3, { what: 'it came for the third time' });
  await settled();
  expect(handled).toEqual([7, 7, 7]);
  expect(await count('retry')()).toBe('2');
});

describe('reject: a message becomes a dead letter and never comes again', () => {
  test('when the handler says so', async () => {
    await consuming({ handle: async () => ({ verdict: 'reject', reason: 'makes no sense' }) });
    await put(7);
    await until(() => rejected.length > 0, { what: 'it is rejected' });
    await settled();
    expect(rejected).toEqual([
      { subject: SUBJECT, payload: '{"number":7}', reason: 'makes no sense', deliveries: 1 },
    ]);
  });

  test.each([
    ['is not JSON', 'nonsense', 'cannot be read: is not JSON'],
    [
      'is something else',
      '{"number":"7"}',
      'cannot be read: number: Invalid input: expected number, received string',
    ],
  ])('when it %s, and the handler is not bothered with it', async (_, payload, reason) => {
    await consuming();
    await publish(bus, SUBJECT, payload, `bad-${payload}`);
    await put(8);
    await settled();
    expect(rejected).toEqual([{ subject: SUBJECT, payload, reason, deliveries: 1 }]);
    expect(handled).toEqual([8]);
  });

  test('but it stays until it has been kept as one', async () => {
    let tries = 0;
    await consuming({
      handle: async () => ({ verdict: 'reject', reason: 'makes no sense' }),
      deadLetter: async (message) => {
        tries += 1;
        if (tries === 1) throw new Unavailable('no database');
        rejected.push(message);
      },
    });
    await put(7);
    await until(() => rejected.length > 0, { what: 'it is kept' });
    await settled();
    expect(rejected).toMatchObject([{ deliveries: 2 }]);
  });
});

test('a handler that throws gets the message again', async () => {
  await consuming({
    handle: async ({ number }) => {
      handled.push(number);
      if (handled.length === 1) throw new Error('bug');
      return DONE;
    },
  });
  await put(7);
  await until(() => handled.length === 2, { what: 'it came again' });
  await settled();
  expect(rejected).toEqual([]);
});

test('no more messages are handled at once than it may', async () => {
  let [atOnce, most] = [0, 0];
  const full = Promise.withResolvers<void>();
  await put(...Array(20).keys());
  await consuming({
    concurrency: 3,
    handle: async ({ number }) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      if (atOnce === 3) full.resolve();
      await full.promise;
      await new Promise(setImmediate);
      atOnce -= 1;
      handled.push(number);
      return DONE;
    },
  });
  await until(() => handled.length === 20, { what: 'all are handled' });
  expect(most).toBe(3);
});

describe('stopping', () => {
  test('finishes and acknowledges what is being handled', async () => {
    const [entered, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await consuming({
      handle: async ({ number }) => {
        entered.resolve();
        await release.promise;
        handled.push(number);
        return DONE;
      },
    });
    await put(7);
    await entered.promise;
    const stopped = parts.pop()?.stop();
    release.resolve();
    await stopped;
    await settled();
    expect(handled).toEqual([7]);
  });

  test('is possible while it attaches', async () => {
    const part = await consuming();
    parts.pop();
    await expect(part.stop()).resolves.toBeUndefined();
  });

  test('is possible while there is nothing to attach to', async () => {
    const part = await consuming({ durable: 'nobody--knows' });
    parts.pop();
    await expect(part.stop()).resolves.toBeUndefined();
  });
});

describe('it attaches again by itself', () => {
  test('when the server was killed and came back without its store, and the streams were made again', async () => {
    await consuming();
    await put(1);
    await settled();
    await server.kill();
    await until(() => !bus.connected(), { what: 'the loss is noticed' });
    await server.restart({ wipe: true });
    await until(() => bus.connected(), { what: 'connected again' });
    await until(() => put(2).then(() => true), { what: 'the stream takes messages again' });
    await until(() => handled.includes(2), { what: 'the new message is handled' });
  });

  test('when the server was restarted', async () => {
    await consuming();
    await server.stop();
    await until(() => !bus.connected(), { what: 'the loss is noticed' });
    await server.restart();
    await until(() => bus.connected(), { what: 'connected again' });
    await until(() => put(3).then(() => true), { what: 'the stream takes messages again' });
    await until(() => handled.includes(3), { what: 'the new message is handled' });
  });

  test('when its durable was deleted and made again', async () => {
    await consuming();
    await put(1);
    await settled();
    await (await bus.manager()).consumers.delete(STREAM, DURABLE);
    await put(4);
    await until(() => handled.includes(4), { what: 'the new message is handled' });
  });
});
