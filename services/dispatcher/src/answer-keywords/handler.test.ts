import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { consentFacts, type KeywordReceived } from '@parley/contracts/facts/consent-facts';
import type { MessageId } from '@parley/contracts/ids';
import type { KeywordSettings } from '@parley/contracts/keyword-settings';
import { DONE } from '@parley/platform/bus';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, anAcceptItem, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { accepting, aDirectory, directoryOf, outcomes } from '../testing/accepting.ts';
import { aKeyword } from '../testing/keywords.ts';
import { contextOn, noteRows, queue, SMS, waitingWork } from '../testing/rows.ts';
import { claimMessages } from '../send-message/claim.ts';
import { keywordApplier } from './handler.ts';

const PERSON = '+12125550199';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let directory = aDirectory();

afterEach(async () => {
  directory = aDirectory();
  await sql`truncate message, consent, handled_keyword, note, outbox, waiting`.execute(db);
});
afterAll(close);

const engine = () => keywordApplier({ ...contextOn(db), directory: directoryOf(directory) });
const hear = (...keywords: KeywordReceived[]) => engine().apply(keywords);
const start = (more: Partial<KeywordReceived> = {}) => aKeyword({ keyword: 'start', body: 'START', ...more });
const help = () => aKeyword({ keyword: 'help', body: 'HELP' });
const wants = (keywords: Partial<KeywordSettings>) => {
  directory.account = { ...directory.account, keywords: { ...directory.account.keywords, ...keywords } };
};

const states = async (): Promise<string[]> =>
  (await db.selectFrom('consent').select('state').orderBy('received_at').orderBy('id').execute()).map(
    ({ state }) => state,
  );
const answers = () => db.selectFrom('message').selectAll().orderBy('created_at').orderBy('id').execute();
const bodies = async (): Promise<(string | null)[]> => (await answers()).map(({ body }) => body);
const claim = async (message_id: MessageId) => {
  const [claimed] = await claimMessages(db, [{ message_id, connection_id: SMS }], 30_000);
  return claimed;
};
const trySending = async () => outcomes([await accepting(db, directory).one(anAcceptItem({ to: PERSON }))]);

describe('STOP', () => {
  test('keeps its sender from being written to, and what waits from being sent', async () => {
    const waiting = aMessage({ to: PERSON });
    await queue(db, [waiting]);
    expect(await hear(aKeyword())).toEqual(DONE);
    expect(await states()).toEqual(['opted_out']);
    expect(await trySending()).toEqual(['recipient_opted_out']);
    expect(await claim(waiting.id)).toMatchObject({ opted_out: true });
  });

  test('is answered by a message of the account, from the address that it was said to, in its conversation', async () => {
    const stop = aKeyword({ trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' });
    await hear(stop);
    const [answer] = await answers();
    expect(answer).toMatchObject({
      from: stop.to,
      to: stop.from,
      type: 'sms',
      status: 'queued',
      body: 'acme: You will get no more messages from us. Reply START to get them again.',
      in_reply_to: stop.message_id,
      conversation_id: stop.conversation_id,
      priority: 'high',
      trace_id: stop.trace_id,
      segments: 1,
    });
    if (answer === undefined) throw new Error('there is no answer');
    expect(await waitingWork(db, answer.id)).toMatchObject([{ subject: 'work.send.high.sms' }]);
    expect(await noteRows(db, answer.id)).toMatchObject([
      { event: 'keyword', details: { keyword: 'stop', in_reply_to: stop.message_id } },
    ]);
  });

  test('is answered although its sender has opted out, and nothing else is', async () => {
    await hear(aKeyword());
    const [answer] = await answers();
    if (answer === undefined) throw new Error('there is no answer');
    expect(await claim(answer.id)).toMatchObject({ opted_out: false });
    const other = aMessage({ to: PERSON });
    await db.transaction().execute(async (trx) => {
      await sql`insert into message select (jsonb_populate_record(m, jsonb_build_object('id', ${other.id}::uuid))).*
        from message m where m.id = ${answer.id}`.execute(trx);
      await sql`update message set status = 'queued' where id = ${other.id}`.execute(trx);
    });
    expect(await claim(other.id)).toMatchObject({ opted_out: true });
  });

  test('heard again, from anywhere and at once, changes nothing', async () => {
    const stop = aKeyword();
    await Promise.all(Array.from({ length: 10 }, () => hear(stop, stop)));
    await hear(stop);
    expect([await states(), (await answers()).length]).toEqual([['opted_out'], 1]);
  });

  test('said again is a line of its own without another answer, even when both come at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => hear(aKeyword())));
    expect([(await states()).length, (await answers()).length]).toEqual([10, 1]);
  });

  test('is not undone by a START that came in before it and is heard of after it, and old HELP is not answered', async () => {
    const longAgo = { received_at: new Date(Date.now() - 3_600_000).toISOString() };
    await hear(aKeyword());
    await hear(start(longAgo), { ...help(), ...longAgo });
    expect(await states()).toEqual(['opted_in', 'opted_out']);
    expect(await trySending()).toEqual(['recipient_opted_out']);
    expect(await answers()).toHaveLength(1);
  });

  test('that is older than a START does not win and is not answered', async () => {
    const stop = aKeyword({ received_at: new Date(Date.now() - 60_000).toISOString() });
    await hear(start());
    await hear(stop);
    expect(await states()).toEqual(['opted_out', 'opted_in']);
    expect(await trySending()).toEqual(['accepted']);
    expect((await answers()).map(({ in_reply_to }) => in_reply_to)).not.toContain(stop.message_id);
  });

  test('that cannot be stored is rejected alone', async () => {
    const bad = aKeyword({ body: 'not\u0000storable', from: '+12125550198' });
    expect(await hear(bad, aKeyword())).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining(bad.message_id),
    });
    expect(await states()).toEqual(['opted_out']);
  });
});

test('START lifts it and is answered', async () => {
  await hear(aKeyword({ received_at: new Date(Date.now() - 1_000).toISOString() }));
  await hear(start());
  expect(await states()).toEqual(['opted_out', 'opted_in']);
  expect(await bodies()).toEqual([
    'acme: You will get no more messages from us. Reply START to get them again.',
    'acme: You will get our messages. Reply HELP for help or STOP to end them.',
  ]);
  expect(await trySending()).toEqual(['accepted']);
});

test('HELP is answered each time, also to somebody who opted out, and is no line of the ledger', async () => {
  wants({ contact: 'help@acme.test' });
  await hear(aKeyword(), help());
  await hear(help());
  expect(await states()).toEqual(['opted_out']);
  expect((await bodies()).slice(1)).toEqual(
    Array(2).fill('acme: For help, contact help@acme.test. Reply STOP to get no more messages.'),
  );
});

test('HELP heard again, from anywhere and at once, is answered once', async () => {
  const question = help();
  await Promise.all(Array.from({ length: 10 }, () => hear(question, question)));
  await hear(question);
  expect(await answers()).toHaveLength(1);
});

test('an account has words of its own, or none', async () => {
  wants({ stop_text: 'Bye.', start_text: 'Hello again.', help_text: 'Call us.' });
  await hear(aKeyword(), start({ received_at: new Date(Date.now() + 1).toISOString() }), help());
  expect((await bodies()).toSorted()).toEqual(['Bye.', 'Call us.', 'Hello again.']);
  wants({ answers: false });
  await hear(aKeyword({ from: '+12125550198' }));
  expect((await answers()).length).toBe(3);
  expect((await states()).length).toBe(3);
});

test('YES that meant nothing when it came in means nothing later, however often it is told', async () => {
  const yes = aKeyword({ keyword: 'yes', body: 'YES' });
  await hear(yes);
  wants({ yes_starts: true });
  await hear(yes);
  expect([await states(), await bodies()]).toEqual([[], []]);
  await hear(aKeyword({ keyword: 'yes', body: 'YES' }));
  expect(await states()).toEqual(['opted_in']);
});

describe('while the directory cannot be read', () => {
  const cutOff = () =>
    keywordApplier({
      ...contextOn(db),
      directory: { account: () => Promise.reject(new Unavailable('the directory is away')) },
    });

  test('STOP and START count, without an answer', async () => {
    const stop = aKeyword({ received_at: new Date(Date.now() - 1_000).toISOString() });
    expect(await cutOff().apply([stop, start()])).toEqual(DONE);
    expect([await states(), await bodies()]).toEqual([['opted_out', 'opted_in'], []]);
  });

  test('HELP and YES wait for it, and nothing waits for them', async () => {
    const [please, yes] = [help(), aKeyword({ keyword: 'yes', body: 'YES', from: '+12125550198' })];
    expect(await cutOff().apply([please, aKeyword(), yes])).toEqual(DONE);
    const told = await sql<{ subject: string; payload: string }>`select subject, payload from outbox`.execute(
      db,
    );
    expect(told.rows.map(({ subject, payload }) => [subject, JSON.parse(payload).facts])).toEqual([
      [consentFacts.subject, [please, yes]],
    ]);
    expect([await states(), await bodies()]).toEqual([['opted_out'], []]);
    wants({ yes_starts: true });
    expect(await hear(please, yes)).toEqual(DONE);
    expect([(await states()).toSorted(), (await bodies()).length]).toEqual([['opted_in', 'opted_out'], 2]);
  });
});

test('an answer goes to the bus although its sender has a lane: no place is sought while people are locked', async () => {
  directory.account = {
    ...directory.account,
    connections: [
      {
        id: SMS,
        account_id: directory.account.id,
        provider: 'sms-gateway',
        types: ['sms'],
        priority: 0,
        url: 'http://127.0.0.1:1',
        token: null,
        secrets: [],
        rate_per_second: 1,
        honours_idempotency_keys: null,
      },
    ],
  };
  await hear(aKeyword());
  const [answer] = await answers();
  if (answer === undefined) throw new Error('there is no answer');
  expect(await waitingWork(db, answer.id)).toMatchObject([{ subject: 'work.send.high.sms' }]);
  expect(await db.selectFrom('waiting').selectAll().execute()).toEqual([]);
});
