import type { AccountId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { WebhookLogFilter } from '@parley/contracts/requests/webhook-log';
import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** Which rows of the log are wanted. */
export interface Wanted {
  account_id: AccountId;
  filter: WebhookLogFilter;
  /** Only what is older than this. */
  after: Keyset | null;
  /** No more than this many are wanted in all. */
  limit: number;
}

/**
 * A query for rows of `webhook_log`: all that are wanted, and perhaps more of those that come after them in
 * (`received_at`, id) descending. What it costs grows with what is found, not with the log.
 */
export function matchingRows(wanted: Wanted): RawBuilder<unknown> {
  return wanted.filter.names === null ? newestOfEachConnection(wanted) : named(wanted, wanted.filter.names);
}

/** The log is kept in order for each connection, so the newest of all are among the newest of each. */
function newestOfEachConnection({ account_id, filter, after, limit }: Wanted): RawBuilder<unknown> {
  const conditions = [sql<SqlBool>`w.account_id = ${account_id}`, ...conditionsOf(filter, after)];
  const newest = sql`select w.* from webhook_log w
    where w.connection_id = c.connection_id and ${sql.join(conditions, sql` and `)}
    order by w.received_at desc, w.id desc limit ${limit}`;
  const connections =
    filter.connection === null
      ? connectionsOf(account_id)
      : sql`(select ${filter.connection}::text as connection_id)`;
  return sql`select w.* from ${connections} as c cross join lateral (${newest}) as w`;
}

/** The connections that anything of the account came through, each found by one look into the index. */
function connectionsOf(account_id: AccountId): RawBuilder<unknown> {
  const next = (behind: RawBuilder<unknown>) =>
    sql`select w.connection_id from webhook_log w where w.account_id = ${account_id} and ${behind}
      order by w.connection_id limit 1`;
  return sql`(with recursive known as (
      (${next(sql`true`)})
      union all
      select (${next(sql`w.connection_id > known.connection_id`)}) from known where known.connection_id is not null)
    select connection_id from known where connection_id is not null)`;
}

/**
 * What was stored as it came in is found by what it became, which came in at the same instant; everything else has an
 * index of its own.
 */
function named(
  { account_id, filter, after }: Wanted,
  names: NonNullable<WebhookLogFilter['names']>,
): RawBuilder<unknown> {
  const conditions = [sql<SqlBool>`w.account_id = ${account_id}`, ...conditionsOf(filter, after)];
  if (filter.connection !== null) conditions.push(sql<SqlBool>`w.connection_id = ${filter.connection}`);
  const all = sql.join(conditions, sql` and `);
  const wanted = sql`jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n(connection text, provider_message_id text)`;
  const became = (table: string, at: string) => sql`
    select b.connection_id, b.provider_message_id, b.${sql.ref(at)} as received_at
    from ${wanted} join ${sql.table(table)} b on b.provider_message_id = n.provider_message_id
      and (n.connection is null or b.connection_id = n.connection)`;
  return sql`
    select w.* from (${became('inbound_message', 'created_at')} union ${became('receipt', 'received_at')}) as b
    join webhook_log w on w.connection_id = b.connection_id and w.received_at = b.received_at
      and w.provider_message_id = b.provider_message_id
    where w.verdict = 'created' and w.replay is null and ${all}
    union all
    select w.* from webhook_log w
    where (w.verdict <> 'created' or w.replay is not null)
      and w.provider_message_id = any(${names.map((one) => one.provider_message_id)}::text[])
      and exists (select from ${wanted} where n.provider_message_id = w.provider_message_id
        and (n.connection is null or n.connection = w.connection_id))
      and ${all}`;
}

function conditionsOf(
  { verdict, since, until }: WebhookLogFilter,
  after: Keyset | null,
): RawBuilder<SqlBool>[] {
  return [
    after === null ? null : sql<SqlBool>`(w.received_at, w.id) < (${after.at}, ${after.id}::uuid)`,
    // Written out, so that the index of what was refused fits.
    verdict === null ? null : sql<SqlBool>`w.verdict = ${sql.lit(verdict)}`,
    since === null ? null : sql<SqlBool>`w.received_at >= ${since}`,
    until === null ? null : sql<SqlBool>`w.received_at <= ${until}`,
  ].filter((condition) => condition !== null);
}
