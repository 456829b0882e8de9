import type { SenderKind } from '@parley/contracts/address';
import type { AccountId } from '@parley/contracts/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** An entry of an account's list of allowed senders. */
export interface Sender {
  id: string;
  kind: SenderKind;
  address: string;
  created_at: string;
}

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
