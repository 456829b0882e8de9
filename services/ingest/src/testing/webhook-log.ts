import { accountId, type AccountId } from '@parley/contracts/ids';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import {
  loggedWebhook,
  type LoggedWebhook,
  type WebhookLogFilter,
} from '@parley/contracts/requests/webhook-log';
import { createDatabase } from '@parley/platform/db';
import type { KnownConnection } from '@parley/platform/directory';
import { createMetrics } from '@parley/platform/runtime';
import { testDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import type { MayBeLogged } from '../log-webhooks/forged-limit.ts';
import { webhookLister, webhookReader } from '../query-webhook-log/handler.ts';
import { webhookReceiver } from '../receive-webhooks/handler.ts';
import type { TakerOptions } from '../receive-webhooks/take.ts';
import { asKnown, MAIL, SMS, TWILIO } from '../receive-webhooks/webhook-fixtures.ts';
import { webhookReplayer } from '../replay-webhooks/handler.ts';

const ACCOUNT = accountId.parse('acme');

/** Every webhook. */
export const ANY_WEBHOOK: WebhookLogFilter = {
  connection: null,
  verdict: null,
  names: null,
  since: null,
  until: null,
};
/** The first fifty. */
export const FIRST_PAGE: Page = { style: 'keyset', after: null, limit: 50 };

/** All of ingest that has to do with webhooks, on a database of its own. */
export interface TestLog {
  db: Kysely<IngestTables>;
  /** Those of the directory: the sms, mail and twilio of tests, and what is put there. */
  connections: Map<string, KnownConnection>;
  /** Whose sender an address is. */
  senders: Map<string, AccountId>;
  receive(items: WebhookItem[]): Promise<readonly WebhookReply[]>;
  list(
    filter?: Partial<WebhookLogFilter>,
    page?: Page,
    account?: AccountId,
  ): Promise<PageResult<LoggedWebhook>>;
  /** Throws when nothing was logged. */
  newest(): Promise<LoggedWebhook>;
  read(id: string): Promise<LoggedWebhook | null>;
  replay(id: string): Promise<LoggedWebhook | null>;
  count(table: 'inbound_message' | 'receipt'): Promise<number>;
  /** Everything as at the start; with this limit of what nobody signed. */
  clear(mayBeLogged?: MayBeLogged): Promise<void>;
  stop(): Promise<void>;
}

/** Makes one. */
export async function testLog(): Promise<TestLog> {
  const database = await testDatabase();
  const db = createDatabase<IngestTables>({ url: database.url, schema: 'ingest' });
  const connections = new Map<string, KnownConnection>();
  const senders = new Map<string, AccountId>();
  const options = takingOn({ db, connections, senders });
  let receive = webhookReceiver(options);
  return {
    db,
    connections,
    senders,
    ...questionsOn(db),
    receive: (items) => receive(items),
    replay: async (id) => {
      const at = new Date().toISOString();
      return (await webhookReplayer(options)([{ account_id: ACCOUNT, id, at, trace_id: null }]))[0] ?? null;
    },
    clear: async (mayBeLogged) => {
      await sql`truncate webhook_log, inbound_message, receipt, outbox`.execute(db);
      connections.clear();
      senders.clear();
      for (const one of [SMS, MAIL, TWILIO]) connections.set(one.id, asKnown(one));
      receive = webhookReceiver(options, mayBeLogged);
    },
    stop: async () => {
      await db.destroy();
      await database.drop();
    },
  };
}

function takingOn({
  db,
  connections,
  senders,
}: Pick<TestLog, 'db' | 'connections' | 'senders'>): TakerOptions {
  const directory = {
    connection: async (id: string) => connections.get(id) ?? null,
    users: async (lookups: readonly unknown[]) => lookups.map(() => null),
    senderAccounts: async (addresses: readonly string[]) =>
      addresses.map((address) => senders.get(address) ?? null),
  };
  return { db, directory, outbox: { publishNow: () => {} }, metrics: createMetrics('ingest') };
}

function questionsOn(db: Kysely<IngestTables>): Pick<TestLog, 'list' | 'newest' | 'read' | 'count'> {
  const list: TestLog['list'] = async (filter = {}, page = FIRST_PAGE, account_id = ACCOUNT) => {
    const [result] = await webhookLister(db)([{ account_id, filter: { ...ANY_WEBHOOK, ...filter }, page }]);
    if (result === undefined) throw new Error('no answer');
    for (const row of result.rows) loggedWebhook.parse(row);
    return result;
  };
  return {
    list,
    newest: async () => {
      const [row] = (await list()).rows;
      if (row === undefined) throw new Error('nothing was logged');
      return row;
    },
    read: async (id) => (await webhookReader(db)([{ account_id: ACCOUNT, id }]))[0] ?? null,
    count: async (table) => {
      const counted = db.selectFrom(table).select(db.fn.countAll<number>().as('count'));
      return (await counted.executeTakeFirstOrThrow()).count;
    },
  };
}

/** What of a body is told, as text. */
export function bodyOf(webhook: LoggedWebhook | null): string {
  return Buffer.from(webhook?.body_base64 ?? '', 'base64').toString();
}
