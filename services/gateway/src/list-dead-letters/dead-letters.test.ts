import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '@parley/contracts/dead-letter';
import { newMessageId, newRowId } from '@parley/contracts/ids';
import {
  queryDispatcherDeadLetters,
  queryReportingDeadLetters,
  redriveDispatcherDeadLetters,
  redriveReportingDeadLetters,
  type DeadLetterQuery,
  type RedriveDeadLettersItem,
} from '@parley/contracts/requests/dead-letters';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { loadActs } from '../testing/load-acts.ts';
import { pageOf } from '../testing/paged.ts';
import { testKey } from '../testing/test-keys.ts';

const admin = testKey('admin', ['admin']);
const otherAdmin = testKey('other-admin', ['admin']);

const letter = (
  second: number,
  kind: DeadLetter['kind'],
  message_id: DeadLetter['message_id'] = null,
): DeadLetter => ({
  id: newRowId(),
  kind,
  reason: 'gave_up',
  attempts: 3,
  first_seen_at: '2026-01-15T10:00:00.000Z',
  last_seen_at: `2026-01-15T10:00:0${second}.000Z`,
  connection: null,
  provider_message_id: null,
  message_id,
});
const failed = letter(3, 'message', newMessageId());
const orphan = letter(1, 'orphan_receipt');
const fact = letter(2, 'fact');

let stopReporting: () => Promise<void>;
let queries: DeadLetterQuery[] = [];
let redrives: RedriveDeadLettersItem[] = [];
let lost = false;

const having = (rows: DeadLetter[]) => async (items: DeadLetterQuery[]) => {
  queries.push(...items);
  return items.map(({ page }) => pageOf(rows, page, ({ id, last_seen_at: at }) => ({ id, at })));
};

const redriving = (ids: string[]) => async (items: RedriveDeadLettersItem[]) => {
  redrives.push(...items);
  if (lost) throw new Error('the answer is lost');
  return items.map(({ limit }) => ({ redriven: ids.slice(0, limit) }));
};

const startReporting = () => gateway.standIn(redriveReportingDeadLetters, redriving([fact.id]));

const { gateway, databaseUrl, close } = await seededGateway(
  { id: 'first', senders: [], api_keys: [admin.row] },
  { id: 'other', senders: [], api_keys: [otherAdmin.row] },
);

beforeAll(async () => {
  await gateway.standIn(queryDispatcherDeadLetters, having([failed, orphan]));
  await gateway.standIn(queryReportingDeadLetters, having([fact]));
  await gateway.standIn(redriveDispatcherDeadLetters, redriving([failed.id, orphan.id]));
  stopReporting = await startReporting();
});
afterAll(close);

beforeEach(() => {
  queries = [];
  redrives = [];
  lost = false;
});

const list = (query = '', { key } = admin) => gateway.call(`/v1/dead-letters${query}`, { key });
const redrive = (body: unknown, { key } = admin) => gateway.call('/v1/dead-letters/redrive', { key, body });

describe('GET /v1/dead-letters', () => {
  const shown = [{ ...failed, message_id: `msg_${failed.message_id}` }, fact, orphan];

  test('lists those of all services, last seen first', async () => {
    expect(await list()).toMatchObject({
      status: 200,
      body: { data: shown, next_cursor: null, has_more: false },
    });
    const numbered = await list('?page=2&per_page=2');
    expect(numbered.body).toEqual({
      data: [orphan],
      meta: { total: 3, page: 2, per_page: 2, pages: 2 },
    });
  });

  test('goes on behind the last one', async () => {
    const { body } = await list('?limit=1');
    expect(body).toMatchObject({ data: [shown[0]], has_more: true });
    await list(`?limit=1&cursor=${String(body['next_cursor'])}`);
    const after = { at: failed.last_seen_at, id: failed.id };
    expect(queries.slice(2).map(({ page }) => page)).toEqual(
      Array(2).fill({ style: 'keyset', after, limit: 1 }),
    );
  });

  test('hands the conditions over; what belongs to no account is for the first one', async () => {
    await list('?kind=orphan_receipt&reason=unknown&connection=sms');
    await list('', otherAdmin);
    const filter = { ids: null, kind: 'orphan_receipt', reason: 'unknown', connection: 'sms' };
    expect(queries[0]).toMatchObject({ account_id: 'first', whole: true, filter });
    expect(queries[2]).toMatchObject({ account_id: 'other', whole: false, filter: { kind: null } });
  });

  test.each(['?kind=letter', '?zap=1', '?limit=0', '?reason=%00', '?cursor=abc'])(
    'refuses %s',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    },
  );
});

describe('POST /v1/dead-letters/redrive', () => {
  test('redrives what all services have, within one limit, and is in the audit log', async () => {
    const ids = [failed.id, orphan.id, fact.id];
    expect(await redrive({ ids: [...ids, ids[0]?.toUpperCase()] })).toMatchObject({
      status: 200,
      body: { redriven: ids },
    });
    expect(redrives).toMatchObject([
      { account_id: 'first', whole: true, by: 'admin', limit: 500, filter: { ids, kind: null } },
      { limit: 498 },
    ]);
    expect((await loadActs(databaseUrl)).at(-1)).toEqual({
      account_id: 'first',
      by: 'admin',
      action: 'dead_letters.redrive',
      subject: 'dead-letters',
      details: { ids, limit: 500, redriven: ids },
    });
  });

  test('asks nobody else once the limit is reached', async () => {
    expect((await redrive({ kind: 'message', limit: 2 })).body).toEqual({ redriven: [failed.id, orphan.id] });
    expect(redrives).toMatchObject([{ limit: 2, filter: { ids: null, kind: 'message' } }]);
  });

  test('tells what was done although another service is away', async () => {
    await stopReporting();
    const answer = await redrive({ reason: 'gave_up' });
    stopReporting = await startReporting();
    expect(answer).toMatchObject({ status: 200, body: { redriven: [failed.id, orphan.id] } });
  });

  test('admits that it does not know what was done, and notes that', async () => {
    lost = true;
    expect(await redrive({ reason: 'gave_up' })).toMatchObject({
      status: 503,
      body: { code: 'outcome_unknown' },
    });
    expect((await loadActs(databaseUrl)).at(-1)).toMatchObject({
      details: { reason: 'gave_up', outcome_unknown: true },
    });
  });

  test.each([
    ['no condition', {}, '#'],
    ['only a limit', { limit: 5 }, '#'],
    ['no ids', { ids: [] }, '#/ids'],
    ['ids that are none', { ids: ['a'] }, '#/ids/0'],
    ['an unknown kind', { kind: 'letter' }, '#/kind'],
    ['more than 500', { kind: 'message', limit: 501 }, '#/limit'],
  ])('refuses %s', async (_, body, pointer) => {
    expect(await redrive(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(redrives).toEqual([]);
  });
});
