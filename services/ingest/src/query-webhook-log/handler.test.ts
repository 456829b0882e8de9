import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId, connectionId, newRowId, newRowIdAt } from '@parley/contracts/ids';
import type { Page } from '@parley/contracts/requests/paging';
import type { LoggedWebhook, WebhookLogFilter } from '@parley/contracts/requests/webhook-log';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { ANY_ACCOUNT } from '@parley/testkit';
import type { IngestTables } from '../database.ts';
import { aReceipt, asKnown, aWebhook, anSms, MAIL, SMS } from '../receive-webhooks/webhook-fixtures.ts';
import { ANY_WEBHOOK, FIRST_PAGE, testLog, type TestLog } from '../testing/webhook-log.ts';
import { webhookLister, webhookReader } from './handler.ts';

const OTHER = accountId.parse('another');
const later = (seconds: number) => `2026-01-15T10:00:0${seconds}.000Z`;

const named = (connection: string | null, provider_message_id: string) => [
  { connection: connection === null ? null : connectionId.parse(connection), provider_message_id },
];

let log: TestLog;

beforeAll(async () => {
  log = await testLog();
});
beforeEach(() => log.clear());
afterAll(() => log.stop());

describe('the log is listed', () => {
  beforeEach(async () => {
    const at = (second: number) => ({ received_at: later(second) });
    await log.receive([
      { ...aWebhook(SMS, anSms({ messaging_provider_id: 'm-1' })), ...at(1) },
      { ...aWebhook(SMS, anSms({ messaging_provider_id: 'm-2' })), ...at(2) },
      { ...aWebhook(SMS, anSms({ messaging_provider_id: 'm-2' })), ...at(2) },
      { ...aWebhook(MAIL, '{'), ...at(3) },
      { ...aWebhook(SMS, aReceipt()), ...at(4) },
    ]);
    log.connections.set('other', { ...asKnown(SMS), account_id: OTHER });
    await log.receive([{ ...aWebhook({ ...SMS, id: 'other' }, anSms()), ...at(3) }]);
  });

  const seconds = (rows: readonly LoggedWebhook[]) =>
    rows.map((row) => Number(row.received_at.slice(18, 19)));

  test('newest first, those of the account only', async () => {
    expect(seconds((await log.list()).rows)).toEqual([4, 3, 2, 2, 1]);
    expect((await log.list({}, FIRST_PAGE, OTHER)).rows).toMatchObject([{ connection: 'other' }]);
  });

  test.each<[string, Partial<WebhookLogFilter>, number[]]>([
    ['of a connection', { connection: connectionId.parse('mail') }, [3]],
    ['of a verdict', { verdict: 'duplicate' }, [2]],
    ['of what a provider calls a message', { names: named(null, 'm-2') }, [2, 2]],
    ['of a name on a connection', { names: named('sms', 'm-2') }, [2, 2]],
    ['of a name on another connection', { names: named('mail', 'm-2') }, []],
    [
      'of names',
      { names: [...named('sms', 'm-2'), ...named(null, 'm-1'), ...named('sms', 'ref-1')] },
      [4, 2, 2, 1],
    ],
    ['of a name and a verdict', { names: named(null, 'm-2'), verdict: 'duplicate' }, [2]],
    ['from an instant on', { since: later(3) }, [4, 3]],
    ['up to an instant', { until: later(1) }, [1]],
    ['of all conditions together', { since: later(2), until: later(3), verdict: 'created' }, [2]],
    ['of what cannot be', { names: named(null, 'a\u0000b') }, []],
  ])('%s', async (_, filter, expected) => {
    expect(seconds((await log.list(filter)).rows)).toEqual(expected);
    const numbered = await log.list(filter, { style: 'offset', page: 1, per_page: 10 });
    expect(numbered).toMatchObject({ total: expected.length, next: null });
    expect(seconds(numbered.rows)).toEqual(expected);
  });

  test('page by page, each once', async () => {
    const found: string[] = [];
    let page: Page | null = { style: 'keyset', after: null, limit: 2 };
    while (page !== null) {
      const { rows, next }: Awaited<ReturnType<typeof log.list>> = await log.list({}, page);
      found.push(...rows.map(({ id }) => id));
      page = next === null ? null : { style: 'keyset', after: next, limit: 2 };
    }
    expect(found).toEqual((await log.list()).rows.map(({ id }) => id));
    const second = await log.list({}, { style: 'offset', page: 2, per_page: 2 });
    expect(second).toMatchObject({ total: 5, rows: [{ id: found[2] }, { id: found[3] }] });
    expect((await log.list({}, { style: 'offset', page: 9e15, per_page: 100 })).rows).toEqual([]);
  });

  test('and nobody reads what is another’s, or is not there', async () => {
    const [foreign] = (await log.list({}, FIRST_PAGE, OTHER)).rows;
    expect(await log.read(foreign?.id ?? '')).toBeNull();
    expect(await log.replay(foreign?.id ?? '')).toBeNull();
    expect(await log.read(newRowIdAt(later(1)))).toBeNull();
    expect(await log.read(newRowId())).toBeNull();
    expect(await log.replay(newRowId())).toBeNull();
  });
});

test('who reads while the database is away is told so', async () => {
  const away = createDatabase<IngestTables>({ url: 'postgres://nobody@127.0.0.1:1/x', schema: 'ingest' });
  const item = { account_id: ANY_ACCOUNT, id: newRowIdAt(later(1)) };
  await expect(webhookReader(away)([item])).rejects.toBeInstanceOf(Unavailable);
  await expect(
    webhookLister(away)([{ account_id: ANY_ACCOUNT, filter: ANY_WEBHOOK, page: FIRST_PAGE }]),
  ).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
