import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Message } from '@parley/contracts/message';
import {
  exportDispatcherMessages,
  exportIngestMessages,
  type ExportItem,
  type ExportPage,
} from '@parley/contracts/requests/export';
import { connectBus, respond, type Bus } from '@parley/platform/bus';
import { Unavailable, type Part } from '@parley/platform/runtime';
import { aMessage, testBus, testService, type TestBus } from '@parley/testkit';
import { createReplay } from './replay.ts';

const SINCE = '2026-01-15T09:00:00.000Z';
const message = aMessage();

let server: TestBus;
let service: ReturnType<typeof testService>;
let bus: Bus;
let parts: Part[];
/** What reached the projections, and whether they take anything. */
let projected: string[];
let refusals: number;
const asked: ExportItem[] = [];

const projector = {
  addMessages: async (messages: readonly Message[]) => {
    refusals -= 1;
    if (refusals >= 0) throw new Unavailable('not now');
    projected.push(...messages.map(({ id }) => id));
    return null;
  },
};
const live = (): AbortSignal => new AbortController().signal;

beforeAll(async () => {
  server = await testBus();
});
afterAll(() => server.stop());
beforeEach(async () => {
  service = testService('reporting', { NATS_URL: server.url });
  bus = await connectBus(service);
  [parts, projected, refusals] = [[], [], 0];
  asked.length = 0;
});
afterEach(async () => {
  for (const part of parts) await part.stop();
  await service.stop();
});

async function owners(answer: (item: ExportItem) => ExportPage<Message>): Promise<void> {
  const handle = async (items: ExportItem[]) => {
    asked.push(...items);
    return items.map(answer);
  };
  const nothing = async (items: ExportItem[]) => items.map(() => ({ rows: [], next: null }));
  parts = [respond(bus, exportDispatcherMessages, handle), respond(bus, exportIngestMessages, nothing)];
  for (const part of parts) await part.start();
  await bus.nc.flush();
}

test('asks for page after page and projects each', async () => {
  const second = aMessage();
  const next = { changed_at: SINCE, id: message.id };
  await owners(({ after }) => (after === null ? { rows: [message], next } : { rows: [second], next: null }));
  await createReplay(bus, projector)(SINCE, live());
  expect(projected).toEqual([message.id, second.id]);
  expect(asked.map(({ since, after }) => ({ since, after }))).toEqual([
    { since: SINCE, after: null },
    { since: SINCE, after: next },
  ]);
});

test('goes on where it was after an owner or the projections were away for a while', async () => {
  let failures = 2;
  await owners(() => {
    failures -= 1;
    if (failures >= 0) throw new Unavailable('starting');
    return { rows: [message], next: null };
  });
  refusals = 2;
  await createReplay(bus, projector)(SINCE, live());
  expect(projected).toEqual([message.id]);
  expect(asked).toHaveLength(3);
});

test('throws when an owner stays away, so that it is tried again as a whole', async () => {
  await expect(createReplay(bus, projector)(SINCE, live())).rejects.toBeInstanceOf(Unavailable);
});

test('ends without having finished when the service stops meanwhile', async () => {
  const stopping = new AbortController();
  await owners(() => {
    stopping.abort();
    return { rows: [message], next: { changed_at: SINCE, id: message.id } };
  });
  await expect(createReplay(bus, projector)(SINCE, stopping.signal)).rejects.toThrow('aborted');
  expect(asked).toHaveLength(1);
});
