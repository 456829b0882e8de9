import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { consentFacts, type KeywordReceived } from '@parley/contracts/facts/consent-facts';
import { newRowId } from '@parley/contracts/ids';
import { exportKeywords } from '@parley/contracts/requests/export';
import {
  connectBus,
  factsTexts,
  keepDeadLetter,
  keepStreams,
  publish,
  respond,
  type Bus,
} from '@parley/platform/bus';
import { createOutbox } from '@parley/platform/outbox';
import { startParts, Unavailable, type Part } from '@parley/platform/runtime';
import { openTestDatabase, testBus, testService, until, type TestBus } from '@parley/testkit';
import type { DispatcherTables } from '../database.ts';
import { aDirectory, directoryOf } from '../testing/accepting.ts';
import { aKeyword } from '../testing/keywords.ts';
import { contextOn } from '../testing/rows.ts';
import { keywordApplier } from './handler.ts';
import { keywordReceiving } from './receiving.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
const service = testService('dispatcher', { NATS_URL: '' });
const directory = aDirectory();
let isAway = true;
let server: TestBus;
let bus: Bus;
let parts: Part[] = [];

beforeAll(async () => {
  server = await testBus();
  service.config.NATS_URL = server.url;
  bus = await connectBus(service);
  const outbox = createOutbox(db, bus);
  const account: ReturnType<typeof directoryOf>['account'] = async (...asked) => {
    if (isAway) throw new Unavailable('the directory is away');
    return directoryOf(directory).account(...asked);
  };
  parts = [
    keepStreams(bus, { leaseMs: 30_000, replicas: 1 }),
    outbox,
    respond(bus, exportKeywords, async (items) => items.map(() => ({ rows: [], next: null }))),
    ...keywordReceiving({
      ...contextOn(db),
      bus,
      outbox,
      directory: { account },
      deadLetter: keepDeadLetter(db),
    }),
  ];
  await startParts(parts);
});
afterAll(async () => {
  for (const part of parts.toReversed()) await part.stop();
  await service.stop();
  await close();
  await server.stop();
});

const tell = (keyword: KeywordReceived) =>
  publish(bus, consentFacts.subject, factsTexts(consentFacts, [keyword]).join(), newRowId());

test('STOP counts at once behind more questions than may be in hand, which are answered when they can be', async () => {
  const questions = Array.from({ length: 1_100 }, (_, n) =>
    aKeyword({ keyword: 'help', body: 'HELP', from: `+1212555${1_000 + n}` }),
  );
  for (const question of questions) await tell(question);
  await tell(aKeyword());
  const optedOut = () => db.selectFrom('consent').select('state').execute();
  await until(async () => (await optedOut()).length === 1, { what: 'STOP counts' });
  expect(await optedOut()).toEqual([{ state: 'opted_out' }]);
  isAway = false;
  const answered = async () =>
    (await db.selectFrom('message').select('to').execute()).map(({ to }) => to).toSorted();
  await until(async () => (await answered()).length >= questions.length, { what: 'HELP is answered' });
  expect(await answered()).toEqual(questions.map(({ from }) => from).toSorted());
});

test('what was acted on by a process that was killed before it could acknowledge it is acted on once', async () => {
  isAway = false;
  const from = '+12125550188';
  const words = [
    aKeyword({ from }),
    aKeyword({ from, keyword: 'help', body: 'HELP' }),
    aKeyword({ from, keyword: 'start', body: 'START', received_at: new Date(Date.now() + 1).toISOString() }),
  ];
  const killed = keywordApplier({ ...contextOn(db), directory: directoryOf(directory) });
  await killed.apply(words);
  const last = aKeyword({ from, keyword: 'help', body: 'HELP' });
  for (const word of [...words, last]) await tell(word);
  const answered = async () =>
    (await db.selectFrom('message').select('in_reply_to').where('to', '=', from).execute()).map(
      ({ in_reply_to }) => in_reply_to,
    );
  await until(async () => (await answered()).includes(last.message_id), { what: 'the last one is answered' });
  expect((await answered()).toSorted()).toEqual([...words, last].map((word) => word.message_id).toSorted());
});
