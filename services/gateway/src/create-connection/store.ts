import { accountId, connectionId } from '@parley/contracts/ids';
import { messageType } from '@parley/contracts/message-type';
import { instant } from '@parley/contracts/text';
import type { ExpressionBuilder, Insertable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database.ts';

const columns = z.object({
  id: connectionId,
  account_id: accountId,
  provider: z.string(),
  types: z.array(messageType).describe('What it sends.'),
  priority: z.int().describe('The lowest is used first.'),
  url: z.string().nullable(),
  rate_per_second: z.number().nullable().describe('Of each sender; null = as fast as it goes.'),
  honours_idempotency_keys: z.boolean().nullable().describe('Null = as its provider promises.'),
  shared: z
    .boolean()
    .describe(
      'Whether messages that come in belong to the account whose list of senders names their recipient.',
    ),
  created_at: instant,
  disabled_at: instant.nullable().describe('Null = it is in use.'),
});

/** A connection as clients see it, what is secret left out. */
export const shownConnection = columns.extend({
  has_token: z.boolean(),
  live_secrets: z.int().describe('Webhook secrets that are taken: two while one is being replaced.'),
});
export type Connection = z.infer<typeof shownConnection>;

/** Selects what makes a connection as clients see it. */
export function connectionColumns(eb: ExpressionBuilder<Tables, 'connection'>) {
  return [
    ...columns.keyof().options,
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
