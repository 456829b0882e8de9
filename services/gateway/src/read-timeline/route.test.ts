import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectionId, newMessageId } from '@parley/contracts/ids';
import {
  readDispatcherTimelines,
  readIngestTimelines,
  type ProviderReference,
} from '@parley/contracts/requests/read-timelines';
import type { TimelineEntry } from '@parley/contracts/timeline';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const reader = testKey('read', ['read']);
const sender = testKey('send', ['send']);
const [sent, received] = [newMessageId(), newMessageId()];
const reference = (number: number): ProviderReference => ({
  connection_id: connectionId.parse('sms'),
  provider_message_id: `p-${number}`,
});

const entry = (
  at: string,
  event: TimelineEntry['event'],
  service: TimelineEntry['service'],
): TimelineEntry => ({
  at: `2026-01-15T10:00:${at}Z`,
  event,
  service,
  provider: null,
  summary: `It was ${event}.`,
  details: {},
});
const accepted = entry('00.000', 'accepted', 'dispatcher');
const attempt = entry('01.500', 'attempt', 'dispatcher');
const early = entry('01.200', 'receipt', 'ingest');
const late = entry('02.000', 'receipt', 'ingest');
const merged = entry('02.000', 'receipt_ignored', 'dispatcher');
const reception = entry('09.000', 'received', 'ingest');

let stopDispatcher: () => Promise<void>;
let stopIngest: () => Promise<void>;
let references: ProviderReference[];
let asked: ProviderReference[][] = [];

const { gateway, close } = await seededGateway({ api_keys: [reader.row, sender.row] });

beforeAll(async () => {
  stopDispatcher = await startDispatcher();
  stopIngest = await startIngest();
});
afterAll(close);

beforeEach(() => {
  references = [reference(1), reference(2)];
  asked = [];
});

const startDispatcher = () =>
  gateway.standIn(readDispatcherTimelines, async (items) =>
    items.map(({ message_id }) =>
      message_id === sent ? { entries: [accepted, attempt, merged], references, trace_id: 'abc' } : null,
    ),
  );

const startIngest = () =>
  gateway.standIn(readIngestTimelines, async (items) =>
    items.map((item) => {
      asked.push(item.references);
      const found = item.message_id === received;
      const entries = found ? [reception] : [early, late];
      return {
        found,
        entries: found || item.references.length > 0 ? entries : [],
        trace_id: found ? 'def' : null,
      };
    }),
  );

const read = (id: string, { key } = reader) => gateway.call(`/v1/messages/${id}/timeline`, { key });

describe('GET /v1/messages/{id}/timeline', () => {
  test('tells all that happened to a message in order, whoever recorded it', async () => {
    expect(await read(`msg_${sent}`)).toMatchObject({
      status: 200,
      body: {
        message_id: `msg_${sent}`,
        trace_id: 'abc',
        data: [accepted, early, attempt, merged, late],
      },
    });
    expect(asked).toEqual([references]);
  });

  test('tells of a message that came in', async () => {
    expect((await read(received)).body).toEqual({
      message_id: `msg_${received}`,
      trace_id: 'def',
      data: [reception],
    });
  });

  test('asks for the receipts of the newest attempts when there are very many', async () => {
    references = Array.from({ length: 250 }, (_, index) => reference(index));
    await read(sent);
    expect(asked).toEqual([references.slice(50)]);
  });

  test.each(['hello', `msg_${newMessageId()}`])('answers 404 for %s, which names none', async (id) => {
    expect(await read(id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('tells no half of a story: it is 503 while one who may know more is away', async () => {
    await stopIngest();
    const withoutReceipts = await read(sent);
    stopIngest = await startIngest();
    await stopDispatcher();
    const unknown = await read(sent);
    const cameIn = await read(received);
    stopDispatcher = await startDispatcher();
    expect(withoutReceipts).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(unknown).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(cameIn.status).toBe(200);
  });

  test('is for keys that read', async () => {
    expect(await read(sent, sender)).toMatchObject({ status: 403 });
  });
});
