import type { ExpressionBuilder, Insertable, Selectable, Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** The columns of a connection that are shown to everyone who may see it. */
const SHOWN_COLUMNS = [
  'id',
  'account_id',
  'provider',
  'types',
  'priority',
  'url',
  'rate_per_second',
  'honours_idempotency_keys',
  'created_at',
  'disabled_at',
] as const satisfies readonly (keyof Tables['connection'])[];

/** A connection as clients see it, what is secret left out. */
export type Connection = Pick<Selectable<Tables['connection']>, (typeof SHOWN_COLUMNS)[number]> & {
  has_token: boolean;
  /** Webhook secrets that are taken: two while one is being replaced. */
  live_secrets: number;
};

/** Selects what makes a connection as clients see it. */
export function connectionColumns(eb: ExpressionBuilder<Tables, 'connection'>) {
  return [
    ...SHOWN_COLUMNS,
    eb('token', 'is not', null).$castTo<boolean>().as('has_token'),
    eb.fn<number>('cardinality', ['secrets']).as('live_secrets'),
  ] as const;
}

/** Stores a connection; null when its id is taken, in whatever account. */
export async function insertConnection(
  trx: Transaction<Tables>,
  connection: Insertable<Tables['connection']>,
): Promise<Connection | null> {
  const row = await trx
    .insertInto('connection')
    .values(connection)
    .onConflict((conflict) => conflict.doNothing())
    .returning(connectionColumns)
    .executeTakeFirst();
  return row ?? null;
}
