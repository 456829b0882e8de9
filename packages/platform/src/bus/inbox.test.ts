import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RequestContract } from '@parley/contracts/contract';
import { testBus, testService, type TestBus } from '@parley/testkit';
import { z } from 'zod';
import type { Part } from '../runtime/part.ts';
import { OutcomeUnknown } from '../runtime/unavailable.ts';
import { connectBus, type Bus } from './connect.ts';
import { requester } from './request.ts';
import { respond } from './respond.ts';

/** Asks for a text of so many bytes, of characters of three bytes, so that parts end within one. */
const writing: RequestContract<number, string> = {
  subject: 'test.write-texts',
  version: 1,
  item: z.number(),
  reply: z.string(),
};
const text = (bytes: number): string => '€'.repeat(Math.floor(bytes / 3));

let server: TestBus;
let service: ReturnType<typeof testService>;
let bus: Bus;
let part: Part;

beforeAll(async () => {
  server = await testBus();
});
afterAll(() => server.stop());
beforeEach(async () => {
  service = testService('test', { NATS_URL: server.url });
  bus = await connectBus(service);
  part = respond(bus, writing, async (items) => items.map(text));
  await part.start();
});
afterEach(async () => {
  await part.stop();
  await service.stop();
});

const asking = (concurrency = 1) =>
  requester(bus, writing, { waitMs: 1, maxQueued: 1_000, concurrency, timeoutMs: 60_000 });

test('an answer larger than any message arrives whole', async () => {
  expect(bus.nc.info?.max_payload).toBeLessThan(10_000_000);
  expect(await asking()(10_000_000)).toBe(text(10_000_000));
});

test.each([499_900, 500_000, 500_100, 1_000_000])(
  'an answer about as large as a part of %d bytes, too',
  async (bytes) => {
    expect(await asking()(bytes)).toBe(text(bytes));
  },
);

test('large and small answers at the same time reach their askers', async () => {
  const sizes = Array.from({ length: 24 }, (_, index) => (index % 3 === 0 ? 1_500_000 : index * 3));
  const ask = asking(8);
  const answers = await Promise.all(sizes.map((size) => ask(size)));
  expect(answers.map((answer) => answer.length)).toEqual(sizes.map((size) => Math.floor(size / 3)));
});

test('an answer of more than 60 MB is refused where it is made', async () => {
  await expect(asking()(61_000_000)).rejects.toBeInstanceOf(OutcomeUnknown);
  expect(await asking()(30)).toBe(text(30));
});
