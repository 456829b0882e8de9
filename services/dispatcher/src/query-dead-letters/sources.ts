import type { DeadLetterFilter } from '@parley/contracts/requests/dead-letters';
import type { AccountId, ConnectionId } from '@parley/contracts/ids';
import { OUTCOME_UNKNOWN } from '../send-message/decide.ts';
import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** Whose dead letters are wanted, and which of them. */
export interface Scope {
  account_id: AccountId;
  /** Whether also bus messages are wanted, which belong to no account. */
  whole: boolean;
  filter: DeadLetterFilter;
  /** The account's connections that brought receipts on messages that nobody knows. */
  connections: readonly ConnectionId[];
  /** How long after it came a receipt counts as an orphan, ms. */
  orphanAfterMs: number;
  /** Only messages that surely were not sent. */
  onlyUnsent?: boolean;
}

/** A table that holds dead letters, as a list of them. */
export interface Source {
  columns: RawBuilder<unknown>;
  from: RawBuilder<unknown>;
  conditions: RawBuilder<SqlBool>[];
  /** What orders it, in an index: the newest at the end. */
  at: RawBuilder<unknown>;
  id: RawBuilder<unknown>;
}

/** The tables in which a scope can find anything, each with what is wanted of it. */
export function sourcesOf(scope: Scope): Source[] {
  const { kind, connection } = scope.filter;
  const sources: Source[] = [];
  if (kind === null || kind === 'message') sources.push(deadMessages(scope));
  if ((kind === null || kind === 'orphan_receipt') && scope.connections.length > 0)
    sources.push(orphanReceipts(scope));
  const isOfBus = kind !== 'message' && kind !== 'orphan_receipt';
  if (scope.whole && isOfBus && connection === null) sources.push(busMessages(scope));
  return sources;
}

function deadMessages({ account_id, filter, onlyUnsent = false }: Scope): Source {
  const reason = sql<string>`coalesce(m.status_reason, m.status)`;
  return {
    columns: sql`m.id, 'message' as kind, ${reason} as reason, m.attempt_no as attempts,
      coalesce((select min(a.finished_at) from attempt a where a.message_id = m.id and a.outcome <> 'accepted'),
        m.created_at) as first_seen_at, m.changed_at as last_seen_at, m.provider as connection, m.provider_message_id,
      m.id as message_id, null as payload`,
    from: sql`message m`,
    conditions: all([
      sql`m.account_id = ${account_id}`,
      sql`m.status in ('failed', 'expired')`,
      filter.ids === null ? null : sql`m.id = any(${filter.ids}::uuid[])`,
      filter.reason === null ? null : sql`${reason} = ${filter.reason}`,
      filter.connection === null ? null : sql`m.provider = ${filter.connection}`,
      onlyUnsent ? sql`m.status_reason is distinct from ${OUTCOME_UNKNOWN}` : null,
    ]),
    at: sql`m.changed_at`,
    id: sql`m.id`,
  };
}

/** Why a receipt is an orphan. */
const NOBODY_KNOWS = 'unknown_reference';

function orphanReceipts({ filter, connections, orphanAfterMs }: Scope): Source {
  return {
    columns: sql`u.receipt_id as id, 'orphan_receipt' as kind, ${sql.lit(NOBODY_KNOWS)} as reason, 1 as attempts,
      u.received_at as first_seen_at, u.received_at as last_seen_at, u.connection_id as connection,
      u.provider_message_id, u.client_reference as message_id, null as payload`,
    from: sql`unmatched_receipt u`,
    conditions: all([
      sql`u.connection_id = any(${connections})`,
      sql`u.received_at < now() - ${orphanAfterMs}::float8 * interval '1 ms'`,
      filter.ids === null ? null : sql`u.receipt_id = any(${filter.ids}::uuid[])`,
      filter.reason === null ? null : sql`${sql.lit(NOBODY_KNOWS)} = ${filter.reason}`,
      filter.connection === null ? null : sql`u.connection_id = ${filter.connection}`,
    ]),
    at: sql`u.received_at`,
    id: sql`u.receipt_id`,
  };
}

function busMessages({ filter }: Scope): Source {
  return {
    columns: sql`d.id, d.kind, d.reason, d.attempts, d.first_seen_at, d.last_seen_at, null as connection,
      null as provider_message_id, null::uuid as message_id, case when d.kind = 'work' then d.payload end as payload`,
    from: sql`dead_letter d`,
    conditions: all([
      filter.kind === null ? null : sql`d.kind = ${filter.kind}`,
      filter.ids === null ? null : sql`d.id = any(${filter.ids}::uuid[])`,
      filter.reason === null ? null : sql`d.reason = ${filter.reason}`,
    ]),
    at: sql`d.last_seen_at`,
    id: sql`d.id`,
  };
}

/** Those of the conditions that there are. */
function all(conditions: readonly (RawBuilder<SqlBool> | null)[]): RawBuilder<SqlBool>[] {
  return conditions.filter((condition) => condition !== null);
}
