import { senderKind } from '@parley/contracts/address';
import type { AccountId } from '@parley/contracts/ids';
import { instant } from '@parley/contracts/text';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database.ts';

/** An entry of an account's list of allowed senders. */
export const shownSender = z
  .object({
    id: z.uuid(),
    kind: senderKind,
    address: z.string().describe('Normalised, or `*` for every address of the kind.'),
    created_at: instant,
  })
  .meta({ id: 'Sender' });
export type Sender = z.infer<typeof shownSender>;

/** Stores an entry; null when this account has it already, or another one has this number or mailbox. */
export async function insertSender(
  trx: Transaction<Tables>,
  sender: Omit<Sender, 'created_at'> & { account_id: AccountId },
): Promise<Sender | null> {
  const row = await trx
    .insertInto('sender')
    .values(sender)
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'kind', 'address', 'created_at'])
    .executeTakeFirst();
  return row ?? null;
}
