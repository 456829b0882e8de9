import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Metrics } from '../runtime/metrics.ts';
import type { Service } from '../runtime/service.ts';
import { namedClient } from './named-client.ts';
import { readableTypes } from './readable-types.ts';
import { sql } from 'kysely';

export interface DatabaseOptions {
  /** What it says of `statement_timeout` and `query_timeout` (ms) and of `connect_timeout` (s) wins. */
  url: string;
  /** The schema that unqualified names mean. */
  schema: string;
  /** Most connections. Default 6. */
  maxConnections?: number;
  metrics?: Metrics;
  /** How long a statement may take, ms. Default 4 s. */
  statementTimeoutMs?: number;
  /** For maintenance: statements may take as long as they need. Default false. */
  patient?: boolean;
}

/**
 * What is hot is in memory. With PostgreSQL's standard of 4, which is for spinning disks, a batch of index look-ups
 * seems dearer than reading a table of 20,000 rows whole.
 */
const RANDOM_PAGE_COST = 1.1;
const STATEMENT_TIMEOUT_MS = 4_000;
/** A server that has stopped answering, or a network that drops everything, keeps no time-out of its own. */
const SILENCE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * Opens a pool on a service's database. Connects lazily and again after a failure; statements and idle
 * transactions time out. Statements made with `prepared` keep their name on every connection.
 * Times come back as instants (`2026-01-15T10:00:00.000Z`), bigint as number.
 */
export function createDatabase<Tables>(options: DatabaseOptions): Kysely<Tables> {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 6,
    options: sessionSettings({
      search_path: options.schema,
      timezone: 'UTC',
      random_page_cost: RANDOM_PAGE_COST,
    }),
    application_name: `parley-${options.schema}`,
    ...(options.patient
      ? {}
      : { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + SILENCE_MS }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    connectionTimeoutMillis: connectTimeoutMs(options.url),
    keepAlive: true,
    types: readableTypes,
  });
  // An idle connection that dies is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  const statements = options.metrics?.counter(
    'db_statements_total',
    'SQL statements without BEGIN and COMMIT',
  );
  return new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: {
        connect: async () => namedClient(await pool.connect(), () => statements?.inc()),
        end: () => pool.end(),
        options: {},
      },
    }),
  });
}

/** As every client of PostgreSQL understands it; this one's own library does not. */
function connectTimeoutMs(url: string): number {
  const seconds = Number(new URL(url).searchParams.get('connect_timeout'));
  return seconds > 0 ? seconds * 1_000 : CONNECT_TIMEOUT_MS;
}

/** Opens a service's database for the life of the service and makes its readiness depend on it. */
export function openDatabase<Tables>(
  service: Service,
  options: Omit<DatabaseOptions, 'metrics'>,
): Kysely<Tables> {
  const db = createDatabase<Tables>({ ...options, metrics: service.metrics });
  service.own({
    name: `database ${options.schema}`,
    start: async () => {},
    stop: () => db.destroy(),
    check: async () => {
      await sql`select 1`.execute(db);
      return null;
    },
  });
  return db;
}

function sessionSettings(settings: Record<string, string | number>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
