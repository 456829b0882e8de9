import { newOrderedRowId } from '@parley/contracts/ids';
import type { Kysely } from 'kysely';
import type { Tables } from '../database.ts';
import type { Act } from './act.ts';

/** Adds a line to the audit log: in the transaction of the act, where there is one. */
export async function insertAct(db: Kysely<Tables>, act: Act): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({ id: newOrderedRowId(), ...act })
    .execute();
}
