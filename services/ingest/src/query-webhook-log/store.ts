import type { AccountId } from '@parley/contracts/ids';
import { instantOfRowId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { LoggedWebhook, WebhookLogFilter } from '@parley/contracts/requests/webhook-log';
import { available, prepared, type Executor, type Listing } from '@parley/platform/db';
import { sql, type Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import { matchingRows } from './matching-rows.ts';

/** Bytes of a body that a list tells. */
const LISTED_BYTES = 4_000;
/** Totals are counted no further, and numbered pages end there: who looks for more goes on after a key. */
const MAX_NUMBERED = 10_000;

/** What is told of a row `w`, but for its body. What it became is looked up: the row does not know of a duplicate. */
const COLUMNS = `w.id, w.connection_id as connection, w.received_at, w.url, w.headers, w.body_bytes, w.verdict, w.reason,
  coalesce(w.errors, '[]') as errors, w.provider_message_id, coalesce(m.id, r.client_reference) as message_id,
  r.id as receipt_id, w.trace_id, w.replay`;
const BASE64 = (body: string) => `translate(encode(${body}, 'base64'), E'\\n', '') as body_base64`;
const WHAT_IT_BECAME = `left join inbound_message m on w.kind = 'message' and m.connection_id = w.connection_id
    and m.provider_message_id = w.provider_message_id and m.account_id = w.account_id
  left join receipt r on w.kind = 'receipt' and r.connection_id = w.connection_id and r.event_id = w.event_id`;

const selectOne = prepared<LoggedWebhook>(
  'webhook-log-read',
  `select ${COLUMNS}, ${BASE64('w.body')} from webhook_log w ${WHAT_IT_BECAME}
   where w.account_id = $1 and w.received_at = $2::timestamptz and w.id = $3::uuid`,
);

/** A webhook whole; null when the account has none of this id. Throws `Unavailable`. */
export async function loadWebhook(
  db: Executor,
  account_id: AccountId,
  id: string,
): Promise<LoggedWebhook | null> {
  const at = instantOfRowId(id);
  if (at === null) return null;
  const [row] = await available(selectOne(db, [account_id, at, id]));
  return row ?? null;
}

/** Webhooks of an account, newest (`received_at`, id) first; an exact total up to 10,000. */
export function listWebhooks(
  db: Kysely<IngestTables>,
  account_id: AccountId,
  filter: WebhookLogFilter,
): Listing<LoggedWebhook> {
  const newest = async (after: Keyset | null, limit: number, offset = 0): Promise<LoggedWebhook[]> => {
    const rows = matchingRows({ account_id, filter, after, limit: offset + limit });
    const listed = await sql<LoggedWebhook>`
      select ${sql.raw(COLUMNS)}, ${sql.raw(BASE64(`substr(w.body, 1, ${LISTED_BYTES})`))}
      from (select * from (${rows}) as w order by received_at desc, id desc offset ${offset} limit ${limit}) as w
      ${sql.raw(WHAT_IT_BECAME)} order by w.received_at desc, w.id desc`.execute(db);
    return listed.rows;
  };
  return {
    after: newest,
    from: (offset, limit) => newest(null, Math.max(0, Math.min(limit, MAX_NUMBERED - offset)), offset),
    count: async () => {
      const rows = matchingRows({ account_id, filter, after: null, limit: MAX_NUMBERED });
      const counted = await sql<{ count: number }>`
        select count(*) as count from (select from (${rows}) as w limit ${MAX_NUMBERED}) as found`.execute(
        db,
      );
      return counted.rows[0]?.count ?? 0;
    },
    keyOf: ({ received_at: at, id }) => ({ at, id }),
  };
}
