import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { RequestContract } from '@parley/contracts/contract';
import { testBus, testService, until, type TestBus } from '@parley/testkit';
import { z } from 'zod';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { connectBus, type Bus } from './connect.ts';
import { requester } from './request.ts';
import { respond, type RequestHandler } from './respond.ts';

const naming: RequestContract<number, string> = {
  subject: 'test.name-numbers',
  version: 1,
  item: z.number(),
  reply: z.string(),
};
const TIMEOUT_MS = 60_000;
const never = new Promise<never>(() => {});

let server: TestBus;
let service: ReturnType<typeof testService>;
let bus: Bus;
let asked: number[][];

beforeAll(async () => {
  server = await testBus();
});
afterAll(() => server.stop());
beforeEach(async () => {
  asked = [];
  service = testService('test', { NATS_URL: server.url });
  bus = await connectBus(service);
  // The time to answer in stands still until `timeIsOver`; everything else goes on.
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval'],
  });
});
afterEach(async () => {
  jest.useRealTimers();
  await service.stop();
});

/** Answers each question in its own way, the first one first, and those beyond never. */
async function answersInTurn(...answers: RequestHandler<number, string>[]): Promise<void> {
  const part = respond(bus, naming, (items) => {
    asked.push(items);
    return answers[asked.length - 1]?.(items) ?? never;
  });
  // It is never stopped: that would wait for answers that never come.
  await part.start();
  await bus.nc.flush();
}

/** Asks, and tells what came of it. */
function asking(): Promise<unknown> {
  const ask = requester(bus, naming, { waitMs: 1, maxQueued: 1, timeoutMs: TIMEOUT_MS });
  return ask(7).catch((error: unknown) => error);
}

/** Lets the time be over as soon as so many questions have arrived. */
async function timeIsOver(questions: number): Promise<void> {
  await until(
    () => {
      // For company, which a question waits for.
      jest.advanceTimersByTime(1);
      return asked.length === questions;
    },
    { what: `it is asked ${questions} times` },
  );
  jest.advanceTimersByTime(TIMEOUT_MS);
}

test('what is not answered in time is asked once more, and then nobody knows', async () => {
  await answersInTurn();
  const answer = asking();
  await timeIsOver(1);
  await timeIsOver(2);
  expect(await answer).toBeInstanceOf(OutcomeUnknown);
  expect(asked).toEqual([[7], [7]]);
});

test('nobody knows, also when the handler says to the second question that it did nothing this time', async () => {
  await answersInTurn(
    () => never,
    () => Promise.reject(new Unavailable('too many')),
  );
  const answer = asking();
  await timeIsOver(1);
  expect(await answer).toBeInstanceOf(OutcomeUnknown);
  expect(asked).toHaveLength(2);
});

test('but an answer to the second question is an answer', async () => {
  await answersInTurn(
    () => never,
    async () => ['seven'],
  );
  const answer = asking();
  await timeIsOver(1);
  expect(await answer).toBe('seven');
});
